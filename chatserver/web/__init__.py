"""HTTP: pages, joining, the moderators' desk, metrics, health. Knows sockets only by the routes that open one."""
