"""HTTP: pages, joining, the moderators' desk, the operators' page, metrics, health. Sockets are opened by a route."""
