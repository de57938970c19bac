"""What the command line does, a module a command; each returns the exit code. The library must not know them."""
