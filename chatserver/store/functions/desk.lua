#!lua name=alongside_desk

-- The moderators' queue: one for the whole house, so that what risks a life sorts above everything. Every key carries the hash
-- tag {desk}; keys[1] is the prefix.
--
-- A case is a key of its own (its packed form, with an expiry) and a member of the queue, scored by its rank. A case that was closed must
-- keep its key until that expires: opening it again (its call may be moved twice) then changes nothing.

-- The least urgent go first when nobody looks for days and thousands wait.
local MAX_WAITING = 20000

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Drops from `index` (a sorted set) what has expired by the times in `index`:until.
local function drop_expired(index)
  local expired = redis.call('ZRANGEBYSCORE', index .. ':until', '-inf', now_ms(), 'LIMIT', 0, 1000)
  for _, id in ipairs(expired) do
    redis.call('ZREM', index, id)
    redis.call('ZREM', index .. ':until', id)
  end
end

-- Never shortened: groups keep their words for different times.
local function keep_at_least(key, keep_ms)
  redis.call('PEXPIRE', key, keep_ms, 'NX')
  redis.call('PEXPIRE', key, keep_ms, 'GT')
end

local function keep(index, key, id, score, packed, keep_ms)
  drop_expired(index)
  if not redis.call('SET', key, packed, 'NX', 'PX', keep_ms) then return 0 end
  redis.call('ZADD', index, score, id)
  redis.call('ZADD', index .. ':until', string.format('%.0f', now_ms() + tonumber(keep_ms)), id)
  redis.call('ZREMRANGEBYRANK', index, MAX_WAITING, -1)
  keep_at_least(index, keep_ms)
  keep_at_least(index .. ':until', keep_ms)
  return 1
end

-- prefix .. 'of:' .. group .. '.' .. room (a sorted set): a room's newest cases by when they came, as long as they may be open.
local NEWEST_OF_ROOM = 100

local function note_room(prefix, id, packed, keep_ms)
  local case = cmsgpack.unpack(packed)
  local of_room = prefix .. 'of:' .. case.group .. '.' .. case.room
  redis.call('ZADD', of_room, now_ms(), id)
  redis.call('ZREMRANGEBYRANK', of_room, 0, -NEWEST_OF_ROOM - 1)
  keep_at_least(of_room, keep_ms)
end

-- keys: prefix; args: case id, rank, packed case, keep_ms. 1 when it is new, and was not dropped before it came (deskacts.lua).
local function open(keys, args)
  if redis.call('EXISTS', keys[1] .. 'closed:' .. args[1]) == 1 then return 0 end
  local is_new = keep(keys[1] .. 'queue', keys[1] .. 'case:' .. args[1], args[1], args[2], args[3], args[4])
  if is_new == 1 then
    note_room(keys[1], args[1], args[3], args[4])
    redis.call('SPUBLISH', keys[1] .. 'live', args[1]) -- every desk hears (claims.lua)
  end
  return is_new
end

-- Peers who ask after somebody ("are you ok?") move the case about it up, as if it had waited this much longer for each of the first
-- few: within its band, for no case is as many years old as a band is wide. When it was opened, and all that follows from that, stays.
local ASKED_MS, MAX_ASKERS = 600000, 3
local LATELY_MS = 600000 -- a case about the author of another message of theirs counts for as long

-- The open case about the message at `pos`, or the newest of late about its author.
local function case_asked_after(prefix, of_room, pos, author)
  local found
  local flat = redis.call('ZREVRANGE', of_room, 0, -1, 'WITHSCORES')
  for i = 1, #flat, 2 do
    local packed = redis.call('ZSCORE', prefix .. 'queue', flat[i]) and redis.call('GET', prefix .. 'case:' .. flat[i])
    local case = packed and cmsgpack.unpack(packed)
    if case and case.pos == pos then return flat[i] end
    if case and not found and case.member == author and now_ms() - tonumber(flat[i + 1]) <= LATELY_MS then found = flat[i] end
  end
  return found
end

-- keys: prefix; args: group.room, position asked after, its author, who asks. 1 when a case moved up; each asker counts once for a case.
local function ask_after(keys, args)
  local prefix = keys[1]
  local id = case_asked_after(prefix, prefix .. 'of:' .. args[1], args[2], args[3])
  if not id then return 0 end
  local askers = prefix .. 'askers:' .. id
  if redis.call('SCARD', askers) >= MAX_ASKERS or redis.call('SADD', askers, args[4]) == 0 then return 0 end
  redis.call('PEXPIRE', askers, math.max(1, redis.call('PTTL', prefix .. 'case:' .. id)))
  redis.call('ZINCRBY', prefix .. 'queue', -ASKED_MS, id)
  redis.call('SPUBLISH', prefix .. 'live', id)
  return 1
end

-- keys: prefix; args: card id, time, packed example, keep_ms. 1 when it is new.
local function learn(keys, args)
  return keep(keys[1] .. 'misread', keys[1] .. 'example:' .. args[1], args[1], args[2], args[3], args[4])
end

local function listed(index, root, limit)
  drop_expired(index)
  local found = {}
  for _, id in ipairs(redis.call('ZRANGE', index, 0, tonumber(limit) - 1)) do
    local packed = redis.call('GET', root .. id)
    if packed then found[#found + 1] = packed end
  end
  return found
end

-- keys: prefix; args: limit. Packed cases, the most urgent first.
local function waiting(keys, args)
  return listed(keys[1] .. 'queue', keys[1] .. 'case:', args[1])
end

-- keys: prefix; args: limit. Packed examples, the oldest first.
local function misread(keys, args)
  return listed(keys[1] .. 'misread', keys[1] .. 'example:', args[1])
end

redis.register_function('alongside_open', open)
redis.register_function('alongside_ask_after', ask_after)
redis.register_function('alongside_learn', learn)
redis.register_function('alongside_waiting', waiting)
redis.register_function('alongside_misread_list', misread)
