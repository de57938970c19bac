"""All that talks to Redis. Nothing above this package names a key, a command or a slot."""
