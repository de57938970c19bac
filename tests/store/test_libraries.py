"""Tests of chatserver.store.libraries: versions of the functions stand beside each other, on a real server."""

from __future__ import annotations

import asyncio
import re
import secrets
from pathlib import Path

import pytest

from chatserver.core.groups import Group
from chatserver.core.seats import Seat
from chatserver.store.libraries import Libraries, read_libraries, versioned
from chatserver.store.posting import Posting
from chatserver.store.rooms import RoomRecord
from chatserver.store.servers import Servers
from tests.store.posts import DEADLINE_S, say, take_back

SOURCE = Path(__file__).parents[2] / "chatserver"
FIRST = b"#!lua name=alongside_a\nredis.register_function('alongside_one', function() return 1 end)\n"
SECOND = FIRST.replace(b"return 1", b"return 2")


def test_names_tell_the_version_when_the_source_differs() -> None:
    """The same source has the same names, whoever reads it; another source shares none of them."""
    one, same, other = versioned([FIRST]), versioned([FIRST]), versioned([SECOND])
    assert one == same
    assert one.sources.keys().isdisjoint(other.sources)
    assert one.functions["alongside_one"] != other.functions["alongside_one"]
    assert one.functions["alongside_one"].encode() in next(iter(one.sources.values()))


def test_a_library_without_a_name_is_refused() -> None:
    """Redis would refuse it too, but only at the start of a node."""
    with pytest.raises(ValueError, match="begins with its name"):
        versioned([b"redis.register_function('alongside_one', one)"])


def test_every_function_that_is_called_is_there_and_none_is_left_over() -> None:
    """A name in the code is a name in a library, and the other way round."""
    libraries = read_libraries()
    called = {
        name for path in (SOURCE / "store").glob("*.py") for name in re.findall(r'"(alongside_\w+)"', path.read_text())
    }
    assert called == libraries.functions.keys()
    for name, source in libraries.sources.items():
        assert source.startswith(b"#!lua name=" + name.encode() + b"\n")


def later() -> Libraries:
    """Give what a later version may bring: a function of every room has another name."""
    sources = [re.sub(rb"_[0-9a-f]{8}(?=['\n])", b"", source) for source in read_libraries().sources.values()]
    assert versioned(sources) == read_libraries()
    return versioned([source.replace(b"'alongside_take_back'", b"'alongside_unsay'") for source in sources])


async def test_an_old_node_goes_on_when_a_new_one_has_other_functions(
    servers: Servers, record: RoomRecord, group: Group, wren: Seat, valkey: Path
) -> None:
    """Both record in one room, and the old one can do what the new one knows no more, also after either linked anew."""
    new = Servers(f"unix://{valkey}", libraries=later())
    await new.start()
    there = RoomRecord(new, Posting(new), group, 1)
    try:
        for linking in (servers, new, servers):
            before = linking.mended
            linking.link(record.tag).close()
            async with asyncio.timeout(DEADLINE_S):
                while linking.mended == before or not linking.is_ready:  # noqa: ASYNC110 (it announces nothing)
                    await asyncio.sleep(0.01)
            mended = servers.mended, new.mended
            said = await say(record, wren, "by the old one", secrets.token_hex(4))
            await say(there, wren, "by the new one", secrets.token_hex(4))
            assert isinstance(await take_back(record, wren, said), str)
            assert (servers.mended, new.mended) == mended, "a function was gone"
    finally:
        await new.stop()
    bodies = [event.body for event in (await record.read(None)).events]
    assert [body["text"] for body in bodies if "text" in body] == ["by the new one"] * 3


async def test_the_same_version_is_loaded_once_when_many_nodes_link(servers: Servers, valkey: Path) -> None:
    """What is there is not replaced: a link costs the server no compiling, and its log of changes nothing."""
    await servers.call("any", "CONFIG", "RESETSTAT")
    other = Servers(f"unix://{valkey}")
    await other.start()
    await other.stop()
    stats = (await servers.call("any", "INFO", "commandstats")).decode()
    loads = re.search(r"cmdstat_function\|load:calls=(\d+).*failed_calls=(\d+)", stats)
    assert loads is not None
    assert loads[1] == loads[2] == str(len(read_libraries().sources))
