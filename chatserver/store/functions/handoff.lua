-- Hand-offs: what chatserver.core.handoff says, where it must be atomic: in the desk's slot, beside the claims (this file is joined to
-- claims.lua). Every function first looks at the clock (`settle`), so that time decides the same whoever asks when.
--
-- A hand-off is a hash prefix .. 'talk:' .. id with an expiry. prefix .. 'talk:of:' .. group .. ':' .. member names a member's latest
-- one, prefix .. 'talk:case:' .. case the live one of a case, prefix .. 'talks' (a set) all that are live. Every change a person can see is
-- published on prefix .. 'talks:live', by id. What no moderator did by a request waits in prefix .. 'talks:log' for the log.
--
-- args[1] of every function is a packed map of the core's times: {offer, come, here, wait, quiet, shown}, in ms.

local MAX_LOG = 10000 -- entries that wait for the log: only there when no node runs for long
local MAX_TALKS = 1000 -- live at once: more moderators than any house has

local LEVELS = {green = 0, amber = 1, red = 2, crisis = 3}

local function talk_key(prefix, id) return prefix .. 'talk:' .. id end

local function member_key(prefix, group, member) return prefix .. 'talk:of:' .. group .. ':' .. member end

local function case_talk_key(prefix, case) return prefix .. 'talk:case:' .. case end

local function is_room_open(talk) return talk.state == 'accepted' or talk.state == 'active' end

local function is_live(talk) return talk.state == 'offered' or is_room_open(talk) end

local function read_talk(prefix, id)
  local flat = redis.call('HGETALL', talk_key(prefix, id))
  if #flat == 0 then return nil end
  local talk = {id = id}
  for i = 1, #flat, 2 do talk[flat[i]] = flat[i + 1] end
  return talk
end

local function note(prefix, act, talk, case)
  redis.call('RPUSH', prefix .. 'talks:log', cmsgpack.pack({act, talk.id, case, talk.state}))
  redis.call('LTRIM', prefix .. 'talks:log', -MAX_LOG, -1)
end

local function at(now, ms) return string.format('%.0f', now + ms) end

-- The smaller, the sooner (chatserver.core.cases): where a case stands that is at least red.
local function rank(case) return at(case.level == 'crisis' and 0 or 10000000000000, case.at) end

local function keep_queue(prefix, keep_ms)
  for _, key in ipairs({prefix .. 'queue', prefix .. 'queue:until'}) do
    redis.call('PEXPIRE', key, keep_ms, 'NX')
    redis.call('PEXPIRE', key, keep_ms, 'GT')
  end
end

local function keep_case(prefix, case, keep_ms)
  redis.call('PEXPIRE', prefix .. 'case:' .. case, keep_ms, 'GT')
  redis.call('ZADD', prefix .. 'queue:until', 'XX', 'GT', at(now_ms(), keep_ms), case)
  keep_queue(prefix, keep_ms)
end

-- {field, value, ...}, behind what stands in `flat` already.
local function flattened(flat, talk)
  for field, value in pairs(talk) do
    flat[#flat + 1] = field
    flat[#flat + 1] = value
  end
  return flat
end

local function write_talk(prefix, times, talk)
  local key = talk_key(prefix, talk.id)
  redis.call('HSET', key, unpack(flattened({}, talk)))
  redis.call('PEXPIRE', key, times.shown)
  redis.call('SET', member_key(prefix, talk.group, talk.member), talk.id, 'PX', times.shown)
  if is_live(talk) then
    redis.call('SADD', prefix .. 'talks', talk.id)
    redis.call('PEXPIRE', prefix .. 'talks', times.shown)
    redis.call('SET', case_talk_key(prefix, talk.case), talk.id, 'PX', times.shown)
    keep_case(prefix, talk.case, tonumber(talk.keep))
  else
    redis.call('SREM', prefix .. 'talks', talk.id)
    redis.call('DEL', case_talk_key(prefix, talk.case))
  end
end

local function become(prefix, times, talk)
  write_talk(prefix, times, talk)
  redis.call('SPUBLISH', prefix .. 'talks:live', talk.id)
  changed(prefix, talk.case)
end

local function set_timer(talk, now, ms)
  talk.since, talk.quiet = at(now, 0), '0'
  talk['until'] = ms == 0 and '0' or at(now, ms)
end

local function finish(prefix, times, talk, now, state, by)
  talk.state, talk.by = state, by
  set_timer(talk, now, 0)
  become(prefix, times, talk)
end

-- Somebody has the case and is to come in.
local function await(prefix, times, talk, now, holder_now)
  talk.state, talk.holder = 'accepted', holder_now
  set_timer(talk, now, times.come)
  become(prefix, times, talk)
end

-- The old case leaves the queue; a new one, at least red and as of now, calls out again.
local function lose(prefix, times, talk, now)
  local old, keep_ms = talk.case, tonumber(talk.keep)
  local packed = redis.call('GET', prefix .. 'case:' .. old)
  local case = packed and cmsgpack.unpack(packed) or {group = talk.group, room = tonumber(talk.room), member = talk.member,
    handle = talk.handle, level = 'red', labels = {}, grounds = {}}
  redis.call('DEL', case_talk_key(prefix, old))
  leave_queue(prefix, old, '', 'acted', keep_ms)
  talk.losses = tostring(tonumber(talk.losses) + 1)
  talk.case = talk.id .. '-' .. talk.losses
  talk.state, talk.holder = 'accepted', ''
  set_timer(talk, now, times.wait)
  case.id, case.kind, case.at = talk.case, 'handoff', now
  if LEVELS[case.level] < LEVELS.red then case.level = 'red' end
  redis.call('SET', prefix .. 'case:' .. talk.case, cmsgpack.pack(case), 'PX', keep_ms)
  redis.call('ZADD', prefix .. 'queue', rank(case), talk.case)
  redis.call('ZADD', prefix .. 'queue:until', at(now, keep_ms), talk.case)
  keep_queue(prefix, keep_ms)
  note(prefix, 'handoff.lost', talk, old)
  become(prefix, times, talk)
end

local function settle(prefix, times, talk)
  local now, held = now_ms(), holder(prefix, talk.case)
  local holder_now, is_due = held and held[1] or '', now_ms() >= tonumber(talk['until'])
  if talk.state == 'offered' then
    if is_due then
      finish(prefix, times, talk, now, 'expired', 'time')
      note(prefix, 'handoff.expired', talk, talk.case)
    end
    return
  end
  if not is_room_open(talk) then return end
  if holder_now ~= '' and holder_now ~= talk.holder then return await(prefix, times, talk, now, holder_now) end
  if holder_now == '' and talk.holder ~= '' then return lose(prefix, times, talk, now) end
  local is_quiet = talk.state == 'active' and now >= tonumber(talk.quiet)
  if is_quiet or (is_due and holder_now == '') then
    finish(prefix, times, talk, now, 'returned', 'time')
    note(prefix, 'handoff.ended', talk, talk.case)
  elseif is_due and talk.state == 'accepted' then
    lose(prefix, times, talk, now)
  elseif is_due then
    await(prefix, times, talk, now, holder_now)
  end
end

local function find_settled(prefix, times, id)
  local talk = read_talk(prefix, id)
  if talk then settle(prefix, times, talk) end
  return talk
end

-- {'done', field, value, ...}
local function told(talk) return flattened({'done'}, talk) end

-- A function of one talk, after a look at the clock: `step` answers, or gives nothing and the talk is told as it stands.
-- keys: prefix; args: times, id, and what the step takes.
local function of_talk(step)
  return function(keys, args)
    local prefix, times = keys[1], cmsgpack.unpack(args[1])
    local talk = find_settled(prefix, times, args[2])
    if not talk then return {'refused', 'gone'} end
    return step(prefix, times, talk, args[3], args[4]) or told(talk)
  end
end

-- As of_talk, while its room is open.
local function in_room(step)
  return of_talk(function(prefix, times, talk, ...)
    if not is_room_open(talk) then return {'refused', is_live(talk) and 'early' or 'over'} end
    return step(prefix, times, talk, ...)
  end)
end

-- keys: prefix; args: times, id for a new one, case, account, handle, keep_ms of the group's words.
-- {'done', ...} | {'refused', why}; the same offer again is the one that stands.
local function offer(keys, args)
  local prefix, times, id, case_id = keys[1], cmsgpack.unpack(args[1]), args[2], args[3]
  local packed = redis.call('GET', prefix .. 'case:' .. case_id)
  if not packed or not is_held_by(prefix, case_id, args[4]) then return {'refused', 'lost'} end
  local case = cmsgpack.unpack(packed)
  local latest = redis.call('GET', member_key(prefix, case.group, case.member))
  local talk = latest and find_settled(prefix, times, latest)
  if talk and is_live(talk) then
    if talk.state == 'offered' and talk.case == case_id then return told(talk) end
    return {'refused', 'has_one'}
  end
  if redis.call('SCARD', prefix .. 'talks') >= MAX_TALKS then return {'refused', 'has_one'} end
  local number = redis.call('INCR', prefix .. 'talks:count') -- names its room: no two in this store's life are alike
  talk = {id = id, number = tostring(number), state = 'offered', case = case_id, holder = args[4], losses = '0', by = '', group = case.group,
    room = string.format('%d', case.room), member = case.member, handle = args[5], keep = args[6]}
  set_timer(talk, now_ms(), times.offer)
  become(prefix, times, talk)
  return told(talk)
end

-- keys: prefix; args: times, id, group, member, 'accept' or 'leave'. A no, and going, is never refused.
local function answer(keys, args)
  local prefix, times = keys[1], cmsgpack.unpack(args[1])
  local talk = read_talk(prefix, args[2])
  if not talk or talk.group ~= args[3] or talk.member ~= args[4] then return {'refused', 'gone'} end
  settle(prefix, times, talk)
  if not is_live(talk) then
    if args[5] == 'accept' then return {'refused', 'over'} end
    return told(talk)
  end
  if args[5] == 'leave' then
    local is_no = talk.state == 'offered'
    finish(prefix, times, talk, now_ms(), is_no and 'declined' or 'closed', 'member')
    note(prefix, is_no and 'handoff.declined' or 'handoff.left', talk, talk.case)
  elseif talk.state == 'offered' then
    local held = holder(prefix, talk.case)
    note(prefix, 'handoff.accepted', talk, talk.case)
    if held then await(prefix, times, talk, now_ms(), held[1]) else lose(prefix, times, talk, now_ms()) end
  end
  return told(talk)
end

-- args: account. The moderator is in the room.
local come = in_room(function(prefix, times, talk, account)
  if not is_held_by(prefix, talk.case, account) then return {'refused', 'lost'} end
  local now = now_ms()
  if talk.state == 'active' then
    talk['until'] = at(now, times.here)
    write_talk(prefix, times, talk)
  else
    talk.state = 'active'
    set_timer(talk, now, times.here)
    talk.quiet = at(now, times.quiet)
    become(prefix, times, talk)
  end
end)

-- args: account. The moderator has left the room without ending it.
local away = of_talk(function(prefix, times, talk, account)
  if talk.state == 'active' and talk.holder == account then await(prefix, times, talk, now_ms(), account) end
end)

-- args: level. Somebody wrote: the silence begins anew, and what risks a life raises the case. Not published for the words alone.
local hear = in_room(function(prefix, times, talk, level)
  if talk.state == 'active' then
    talk.quiet = at(now_ms(), times.quiet)
    write_talk(prefix, times, talk)
  end
  local packed = redis.call('GET', prefix .. 'case:' .. talk.case)
  local case = packed and cmsgpack.unpack(packed)
  if case and LEVELS[level] > math.max(LEVELS.amber, LEVELS[case.level]) then
    case.level = level
    redis.call('SET', prefix .. 'case:' .. talk.case, cmsgpack.pack(case), 'KEEPTTL')
    redis.call('ZADD', prefix .. 'queue', 'XX', rank(case), talk.case)
    note(prefix, 'handoff.raised', talk, talk.case)
    changed(prefix, talk.case)
  end
end)

-- args: account, 'return' or 'close'. An offer can only be closed: it is withdrawn.
local finish_by = of_talk(function(prefix, times, talk, account, how)
  if not is_live(talk) then return {'refused', 'over'} end
  if not is_held_by(prefix, talk.case, account) then return {'refused', 'lost'} end
  if talk.state == 'offered' and how == 'return' then return {'refused', 'early'} end
  finish(prefix, times, talk, now_ms(), how == 'return' and 'returned' or 'closed', 'moderator')
end)

-- args: account. A second moderator may come in from now on, visibly.
local look_in = in_room(function(prefix, times, talk, account)
  local key = prefix .. 'talk:looks:' .. talk.id
  redis.call('SADD', key, account)
  redis.call('PEXPIRE', key, times.shown)
end)

-- {'done', ...} | {'refused', 'gone'}
local show = of_talk(function() end)

-- keys: prefix; args: times. Every live one, after a look at the clock, each as `show`.
local function all(keys, args)
  local prefix, times, found = keys[1], cmsgpack.unpack(args[1]), {}
  for _, id in ipairs(redis.call('SMEMBERS', prefix .. 'talks')) do
    local talk = find_settled(prefix, times, id)
    if talk and is_live(talk) then found[#found + 1] = told(talk) end
    if not talk then redis.call('SREM', prefix .. 'talks', id) end
  end
  return found
end

redis.register_function('alongside_handoff_offer', offer)
redis.register_function('alongside_handoff_answer', answer)
redis.register_function('alongside_handoff_come', come)
redis.register_function('alongside_handoff_away', away)
redis.register_function('alongside_handoff_hear', hear)
redis.register_function('alongside_handoff_end', finish_by)
redis.register_function('alongside_handoff_look', look_in)
redis.register_function('alongside_handoff', show)
redis.register_function('alongside_handoffs', all)
