-- Moderators' acts in one room: a plan of steps (chatserver.core.plans), done all or not at all, once, and undone once. Joined to
-- room.lua and letters.lua: what it tells a member is written in the same step.
--
-- A step is an array: its name, then what it needs. Each kind may have a check, which says why it cannot be done; all checks come
-- before the first step. Doing a step may give a result, and the steps that undo it. What was done is kept under act:<name> for a
-- day, so that a repeat does nothing and answers as the first time.
--
-- A removed message's body waits under removed:<id>, for undoing and for showing it again; one that came back is under restored:<id>
-- (e = body, at = the entry that brought it back), because a stream takes no entry at an old place.

local ACT_MS = 86400000
local CALM_MS = 604800000 -- chatserver.core.calm

local function place(root, keep_ms)
  return {root = root, stream = root .. 'stream', mark = root .. 'mark', channel = root .. 'live', keep_ms = keep_ms}
end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function add_event(room, body)
  return append(room.stream, room.mark, room.channel, redis.call('GET', room.mark), body, room.keep_ms)
end

local function entry_of(position) return select(2, split(position)) end

-- The position as everybody in the room knows it now: of the stream's present life.
local function named(room, id) return split(redis.call('GET', room.mark)) .. '.' .. id end

local function is_removed(room, position) return redis.call('EXISTS', room.root .. 'removed:' .. entry_of(position)) == 1 end

-- The packed body of a message that is there, or was removed; and which of the two.
local function body_of(room, id)
  local body = message_at(room.stream, room.root .. 'restored:', id)
  if body then return body, 'there' end
  return redis.call('GET', room.root .. 'removed:' .. id), 'removed'
end

local function is_message(room, step)
  if not message_at(room.stream, room.root .. 'restored:', entry_of(step[2])) then return 'gone' end
end

local function tell(room, member, packed)
  return write_letter(room.root .. 'letters:' .. member, room.channel, member, packed, LETTER_MS)
end

local checks, steps = {}, {}

-- {'event', body}: undone by taking it out again.
function steps.event(room, step)
  local position = add_event(room, step[2])
  return position, {{'remove', position}}
end

-- {'remove', position}
checks.remove = is_message
function steps.remove(room, step)
  local id = entry_of(step[2])
  local restored = room.root .. 'restored:' .. id
  redis.call('SET', room.root .. 'removed:' .. id, message_at(room.stream, room.root .. 'restored:', id), 'PX', room.keep_ms)
  drop_message(room.stream, restored, id)
  return add_event(room, cmsgpack.pack({ev = 'removed', target = named(room, id), by = 'moderator'})), {{'restore', step[2]}}
end

-- {'fold', position, why}
checks.fold = is_message
function steps.fold(room, step)
  local target = named(room, entry_of(step[2]))
  return add_event(room, cmsgpack.pack({ev = 'folded', target = target, why = step[3]})), {{'restore', step[2]}}
end

-- {'restore', position}: shown again, and unfolded.
function checks.restore(room, step)
  if not is_removed(room, step[2]) then return is_message(room, step) end
end
function steps.restore(room, step)
  local id = entry_of(step[2])
  local removed, restored = room.root .. 'removed:' .. id, room.root .. 'restored:' .. id
  local was_removed = redis.call('GET', removed)
  local body = was_removed or message_at(room.stream, room.root .. 'restored:', id)
  local message = cmsgpack.unpack(body)
  message.folded, message.pos, message.at = nil, named(room, id), tonumber(string.match(id, '^%d+'))
  local position = add_event(room, cmsgpack.pack({ev = 'restored', target = message.pos, message = message}))
  local before = redis.call('HGET', restored, 'at')
  if before then redis.call('XDEL', room.stream, before) end -- its words stand in the newer event
  redis.call('HSET', restored, 'at', entry_of(position))
  if was_removed then redis.call('HSET', restored, 'e', body) end
  redis.call('PEXPIRE', restored, room.keep_ms)
  redis.call('DEL', removed)
  return position, {was_removed and {'remove', step[2]} or {'fold', step[2], 'moderator'}}
end

-- {'letter', member, packed}
function steps.letter(room, step)
  local id = tell(room, step[2], step[3])
  return id, {{'unletter', step[2], id}}
end

-- {'unletter', member, letter id}
function steps.unletter(room, step)
  take_letter(room.root .. 'letters:' .. step[2], room.channel, step[2], step[3])
end

-- {'on_undo', step}: done when the act is undone, and only then.
function steps.on_undo(_, step) return nil, {step[2]} end

-- {'maybe', step}: done where it can be.
function steps.maybe(room, step)
  local inner = step[2]
  if checks[inner[1]] and checks[inner[1]](room, inner) then return end
  return steps[inner[1]](room, inner)
end

-- {'bar', member, 'until:receipt' or '' for none, until_ms}: what `post` refuses by. The newest stands.
local function bar_key(room, step) return room.root .. 'sanction:' .. step[2] end
function steps.bar(room, step)
  local key = bar_key(room, step)
  local was = redis.call('GET', key) or ''
  local rest_ms = tonumber(step[4]) - now_ms()
  if step[3] == '' or rest_ms <= 0 then redis.call('DEL', key) else redis.call('SET', key, step[3], 'PX', rest_ms) end
  return nil, {{'bar', step[2], was, string.match(was, '^%d+') or '0'}}
end

-- {'unbar', member, receipt}: only what that receipt stands for.
function steps.unbar(room, step)
  local was = redis.call('GET', bar_key(room, step)) or ''
  if string.match(was, ':(.*)$') ~= step[3] then return end
  return steps.bar(room, {'bar', step[2], '', '0'})
end

-- {'receipt', code, packed sanction, keep_ms}
local function receipt_key(room, code) return room.root .. 'receipt:' .. code end
local function said_key(room, code) return room.root .. 'said:' .. code end
local function keep_said(room, code) redis.call('PEXPIRE', said_key(room, code), redis.call('PTTL', receipt_key(room, code))) end
function steps.receipt(room, step)
  redis.call('SET', receipt_key(room, step[2]), step[3], 'PX', step[4])
  keep_said(room, step[2])
  return step[2], {{'void', step[2]}}
end
function steps.void(room, step) redis.call('DEL', receipt_key(room, step[2]), said_key(room, step[2])) end

-- {'said', code, what a receipt's sanction came of: a position or 'held:' and the case, when (ms)}: its words stand beside the receipt, as
-- long as that may be appealed, for whoever decides then; the record may keep them for less.
function steps.said(room, step)
  local source, packed = step[3], nil
  if string.sub(source, 1, 5) == 'held:' then packed = redis.call('HGET', room.root .. source, 'e')
  else packed = body_of(room, entry_of(source)) end
  if not packed then return end
  local body = cmsgpack.unpack(packed)
  steps.words(room, {'words', step[2], cmsgpack.pack({handle = body.handle, text = body.text, at = step[4]})})
end

-- {'words', code, packed {handle, text, at}}: as said, of what stood in no room.
function steps.words(room, step)
  redis.call('SET', said_key(room, step[2]), step[3])
  keep_said(room, step[2])
end

-- {'unsaid', code}: it is decided.
function steps.unsaid(room, step) redis.call('DEL', said_key(room, step[2])) end

-- {'amend', code, packed sanction, keep_ms}
function checks.amend(room, step)
  if redis.call('EXISTS', receipt_key(room, step[2])) == 0 then return 'gone' end
end
function steps.amend(room, step)
  local key = receipt_key(room, step[2])
  local was, rest_ms = redis.call('GET', key), redis.call('PTTL', key)
  steps.receipt(room, step)
  return step[2], {{'receipt', step[2], was, rest_ms}}
end

-- {'exclude', member}: their sockets, on every node, close after what was told before.
function steps.exclude(room, step) redis.call('SPUBLISH', room.channel, cmsgpack.pack({0, 'excluded', step[2]})) end

-- {'calm', part, value, value before, notice, notice when undone}; values are numbers, 0 for off.
local function calm_key(room) return room.root .. 'calm' end
function checks.calm(room, step)
  if tonumber(redis.call('HGET', calm_key(room), step[2]) or '0') ~= step[4] then return 'changed' end
end
function steps.calm(room, step)
  if step[3] == 0 then redis.call('HDEL', calm_key(room), step[2]) else redis.call('HSET', calm_key(room), step[2], step[3]) end
  redis.call('PEXPIRE', calm_key(room), CALM_MS)
  return add_event(room, step[5]), {{'calm', step[2], step[4], step[3], step[6], step[6]}}
end

-- {'call', packed case, position or ''}: a case for the moderators, moved to their queue like every call.
function steps.call(room, step) call_moderators(room.root .. 'calls', room.keep_ms, 'case', step[2], step[3]) end

-- keys of a held message: e = body, i = the key of its attempt, n = the attempt's name
local function held_key(room, step) return room.root .. 'held:' .. step[2] end
local function is_held(room, step)
  if redis.call('EXISTS', held_key(room, step)) == 0 then return 'gone' end
end

local function released(room, step)
  local body, attempt, name = unpack(redis.call('HMGET', held_key(room, step), 'e', 'i', 'n'))
  redis.call('DEL', held_key(room, step))
  return body, attempt, name, cmsgpack.unpack(body).member
end

-- {'let_through', case}: into the record, at its end; the attempt answers `sent` from now on.
checks.let_through = is_held
function steps.let_through(room, step)
  local body, attempt, name, member = released(room, step)
  local position = add_event(room, body)
  redis.call('SET', attempt, position, 'PX', room.keep_ms)
  tell(room, member, cmsgpack.pack({ev = 'outcome', of = 'held', id = name, sent = true, pos = position}))
  return position, {{'remove', position}}
end

-- {'give_back', case, why}: to its author, who has the words; the attempt answers `not_sent` from now on. Not undone: its author may
-- have said it anew.
checks.give_back = is_held
function steps.give_back(room, step)
  local _, attempt, name, member = released(room, step)
  redis.call('SET', attempt, 'back:' .. step[3], 'PX', room.keep_ms)
  return tell(room, member, cmsgpack.pack({ev = 'outcome', of = 'held', id = name, sent = false, why = step[3]}))
end

local function refusal(room, plan)
  for _, step in ipairs(plan) do
    local why = checks[step[1]] and checks[step[1]](room, step)
    if why then return why end
  end
end

local function done_before(key)
  local was = redis.call('HMGET', key, 't', 'r', 'm', 'x')
  return was[1] and {'done', was[1], was[2], was[3], was[4] or ''} or nil
end

-- keys: prefix; args: act's name, account, packed plan, keep_ms, what undoing must know beside (packed by the caller).
-- {'done', when, packed results, that, '1' when it was undone} | {'refused', 'gone' | 'changed'}
local function act(keys, args)
  local room = place(keys[1], tonumber(args[4]))
  local key = room.root .. 'act:' .. args[1]
  local before = done_before(key)
  if before then return before end
  local plan = cmsgpack.unpack(args[3])
  local why = refusal(room, plan)
  if why then return {'refused', why} end
  local results, undo = {}, {}
  for number, step in ipairs(plan) do
    local result, inverse = steps[step[1]](room, step)
    results[number] = result or ''
    for _, back in ipairs(inverse or {}) do table.insert(undo, 1, back) end
  end
  local at = string.format('%.0f', now_ms())
  redis.call('HSET', key, 'a', args[2], 't', at, 'r', cmsgpack.pack(results), 'u', cmsgpack.pack(undo), 'm', args[5])
  redis.call('PEXPIRE', key, ACT_MS)
  return {'done', at, cmsgpack.pack(results), args[5], ''}
end

-- keys: prefix; args: act's name. As act, or nothing: was it done already?
local function acted(keys, args) return done_before(keys[1] .. 'act:' .. args[1]) end

-- keys: prefix; args: act's name, account, keep_ms, within_ms, packed plan: what is to be done beside undoing.
-- {'done', what was kept for undoing} | {'refused', 'gone' | 'foreign' | 'too_late' | 'final'}
local function undo(keys, args)
  local room = place(keys[1], tonumber(args[3]))
  local key = room.root .. 'act:' .. args[1]
  local was = redis.call('HMGET', key, 'a', 't', 'u', 'x', 'm')
  if not was[1] then return {'refused', 'gone'} end
  if was[1] ~= args[2] then return {'refused', 'foreign'} end
  if was[4] then return {'done', was[5]} end
  if now_ms() - tonumber(was[2]) > tonumber(args[4]) then return {'refused', 'too_late'} end
  local back = cmsgpack.unpack(was[3])
  if #back == 0 then return {'refused', 'final'} end
  redis.call('HSET', key, 'x', '1')
  for _, plan in ipairs({back, cmsgpack.unpack(args[5])}) do
    for _, step in ipairs(plan) do -- what somebody else has changed meanwhile is left as it is
      if not (checks[step[1]] and checks[step[1]](room, step)) then steps[step[1]](room, step) end
    end
  end
  return {'done', was[5]}
end

-- keys: prefix; args: entry id. {packed body, 'there' or 'removed'} | nil
local function message(keys, args)
  local body, where = body_of(place(keys[1]), args[1])
  return body and {body, where} or nil
end

-- keys: prefix; args: receipt, member, packed case, case id, position ('' for none), keep_ms. A member appeals a sanction: what was
-- removed, and what is said beside the receipt, is kept as long as that. {'sent', case id} | {'gone'}
local function appeal(keys, args)
  local room = place(keys[1], tonumber(args[6]))
  local key = receipt_key(room, args[1])
  local packed = redis.call('GET', key)
  local sanction = packed and cmsgpack.unpack(packed)
  if not sanction or sanction.member ~= args[2] then return {'gone'} end
  if sanction.appeal then return {'sent', sanction.appeal} end
  sanction.appeal = args[4]
  redis.call('SET', key, cmsgpack.pack(sanction), 'KEEPTTL')
  redis.call('PEXPIRE', key, room.keep_ms, 'GT')
  keep_said(room, args[1])
  if args[5] ~= '' then redis.call('PEXPIRE', room.root .. 'removed:' .. entry_of(args[5]), room.keep_ms, 'GT') end
  call_moderators(room.root .. 'calls', room.keep_ms, 'case', args[3], args[5])
  return {'sent', args[4]}
end

-- keys: prefix; args: member. The packed sanction that keeps a member from writing | nil
local function barred(keys, args)
  local stands = redis.call('GET', keys[1] .. 'sanction:' .. args[1])
  local code = stands and string.match(stands, ':(.*)$')
  return code and redis.call('GET', keys[1] .. 'receipt:' .. code) or nil
end

redis.register_function('alongside_act', act)
redis.register_function('alongside_acted', acted)
redis.register_function('alongside_undo', undo)
redis.register_function('alongside_message', message)
redis.register_function('alongside_barred', barred)
redis.register_function('alongside_appeal', appeal)
