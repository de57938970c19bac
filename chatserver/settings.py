"""Every setting of the house in one frozen object; each is an option of `chatserver serve` (but for a secret) and an
environment variable CHAT_...

Promises: an unknown setting is an error, and so is a value that cannot be; nothing else in the house reads the
environment.
"""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "CHAT_"
_SWITCH = {"on": True, "off": False}
ENVIRONMENT_ONLY: dict[str, JsonValue] = {"environment_only": True}
"""What marks a setting that is no option: everybody on the machine can read a command line."""


class Settings(BaseSettings):
    """What an operator may set; the descriptions are what `chatserver serve --help` says."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="the port to listen on")
    data_dir: Path = Field(Path("data"), description="the folder for the key and the embedded server's files")
    redis: str | None = Field(
        None,
        description="a Redis or Valkey server instead of the embedded one: "
        "redis://, rediss://, unix://, redis+sentinel://, redis+cluster://",
    )
    replicas: int | None = Field(
        None,
        ge=0,
        le=5,
        description="wait for a replica before saying sent (1) or not (0); by itself when there is one",
    )
    workers: int = Field(1, ge=1, le=64, description="how many node processes to run")
    machine: str | None = Field(
        None, pattern=r"^[A-Za-z0-9._-]{1,40}$", description="what operators call this machine on /ops; its host name"
    )
    groups: Path | None = Field(None, description="a folder with one TOML file a group, instead of the packaged ones")
    helplines: Path | None = Field(
        None, description="a file that says which of the packaged crisis lines a person has called and confirmed"
    )
    join_proof: bool = Field(True, description="joining costs a proof of work (on, off)")
    limits: bool = Field(True, description="limits on what a member may send (on, off); off for load tests only")
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="further origins whose pages may connect, separated by commas"
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="the proxies (addresses or networks, by commas) whose X-Forwarded-For is believed"
    )
    hsts_s: int = Field(
        0,
        ge=0,
        le=63_072_000,
        description="behind a proxy that ends TLS: how long browsers shall come by TLS only (0: say nothing)",
    )
    key_file: Path | None = Field(
        None, description="the key, shared by all machines; made in the data folder when absent"
    )
    metrics_token: Path | None = Field(
        None, description="a file with the word that a scraper of /metrics must send as bearer token"
    )
    log: Literal["console", "json"] = Field("console", description="how it logs: for a console, or JSON by the line")
    drain_s: float = Field(
        10.0, ge=0, le=600, description="seconds over which a stopping node sends its members elsewhere"
    )

    handoff_cap: int = Field(
        2, ge=1, le=20, description="hand-offs of one moderator at once; with so many the desk advises against one more"
    )
    oncall_url: str | None = Field(
        None, repr=False, description="whom to call when danger has waited for 3 minutes: a webhook, https://..."
    )
    oncall_secret_file: Path | None = Field(
        None, description="a file (0600) with the secret that signs those calls; or the variable CHAT_ONCALL_SECRET"
    )
    oncall_secret: str | None = Field(None, repr=False, json_schema_extra=ENVIRONMENT_ONLY)

    @field_validator("join_proof", "limits", mode="before")
    @classmethod
    def _switch(cls, value: Any) -> Any:
        return _SWITCH.get(value, value) if isinstance(value, str) else value

    @field_validator("origins", "proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            ip_network(name, strict=False)
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given on the command line wins over the environment; no other source is read."""
        return init_settings, env_settings

    def key_path(self) -> Path:
        """Give the file that holds the key."""
        return self.key_file or self.data_dir / "key"


def unknown_variables(environ: dict[str, str]) -> list[str]:
    """Name the CHAT_... variables that are no setting of ours."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(name for name in environ if name.startswith(PREFIX) and name.upper() not in known)
