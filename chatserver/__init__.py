"""Alongside: real-time, anonymous group chat for peer support groups. The map of the house.

    __main__.py     the command line            supervisor.py   the parent of all: signals, the embedded server
    app.py          the composition root        nodes.py        keeps the nodes alive, replaces them one by one
    warm.py         the process that forks them nursery.py      the supervisor's side of it
    node.py         one server process          settings.py     every setting
    client.py       a small client, for tests, load and bots
    staff.py        the command line's part about moderators' accounts and the log
    keyfile.py      the key
    logs.py         what is written to standard error, and what never is
    doctor.py       looks at how everything is set up, and changes nothing
    groups/         the packaged groups, and reading a group's file
    helplines/      the packaged crisis lines, and what an operator has confirmed
    core/           pure: no I/O, no clock, no randomness; values in, values and effects out
    live/           this node's sockets: frames, outbox, rooms, who is in them, connections, the floor, the guard
    store/          all that talks to Redis, and the functions that run inside it
    sides/          one node put together: what it keeps, for members, for the desk, for operators
    web/            HTTP: pages, joining, the doors to the sockets, the moderators' desk, the operators' page, metrics
    ../static/      the pages themselves: state/ knows no DOM, view/ and desk/ draw, net/ speaks to the server

    Who may import whom:  __main__ > supervisor, staff, doctor, warm > node > app > sides > web > live > store
                          > groups > core
    (helplines and keyfile import nothing above core; supervisor, app and web use them)
    (tests/test_house.py keeps it)

The moderation library stands beside it; live/guard.py alone imports it, and it imports nothing of this.

The path of one message: bytes (live.socket, which live.handshake opened) -> frame (live.frames) -> act (core.codec) ->
effect (core.session) -> ruling (live.guard), acted on by live.floor -> one function call for all posts of this turn
(store.posting, store/functions/room.lua) -> published -> heard by every node (live.following) -> framed once an
encoding (live.room) -> one write a socket and turn (live.outbox; several turns while the thread is busy: core.share).
The stream in Redis is the record and the only order.

A talk of one member and one moderator (core.handoff) is kept in the desk's slot (store.handoff, functions/handoff.lua),
beside the claim that is its lease; live.talks tells the two where it stands, live.watch looks at the clock; its room is
an ordinary one of its own (store.private, live.private), its doors are web.talkdoor's.

What one member is told privately and must not be lost is a letter (core.letters, store.letters, functions/letters.lua).

What a moderator does: an order (core.acts, read by core.orders), a plan of steps (core.plans), one function call
(store.acts, acts.lua); about a case itself, one in the desk's slot (store.caseacts, deskacts.lua). Whom a sanction
(core.sanctions) is about can appeal it (live.appeals); another moderator decides (web.decide). Each of it is an entry
of the sealed log first (core.audit, store.audit).

What a person must look at is written in the same function call as the message (room.lua, calls) and moved by
live.caller to the one queue of cases (store.cases, desk.lua). Who is there to look: store.duty, watched by
live.staffing. Danger that nobody takes is called out by live.pager (core.paging, store.pages), on call by live.oncall.
How much moderators have seen: core.care, store.care.

Operators see numbers that single nobody out: what every process of a machine counted (core.metrics, web.metrics;
live.neighbours gathers it), and how the rooms and nodes of all machines are (live.hour keeps an hour, live.machines
gathers it over store.roll, core.machines names nodes, core.roomhealth says what may leave, core.troubles what is wrong,
web.ops answers). How much a node has to do (core.stress, felt by live.pulse) decides what is refused; web.arrivals
counts who comes.
"""
