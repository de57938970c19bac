"""This node's sockets: what arrives on them, what is written to them, and the rooms they sit in."""
