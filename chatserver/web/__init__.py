"""HTTP: the pages, joining and leaving, health. Knows sockets only by the route that opens one."""
