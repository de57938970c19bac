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

local function keep(index, key, id, score, packed, keep_ms)
  drop_expired(index)
  if not redis.call('SET', key, packed, 'NX', 'PX', keep_ms) then return 0 end
  redis.call('ZADD', index, score, id)
  redis.call('ZADD', index .. ':until', string.format('%.0f', now_ms() + tonumber(keep_ms)), id)
  redis.call('ZREMRANGEBYRANK', index, MAX_WAITING, -1)
  for _, key in ipairs({index, index .. ':until'}) do -- never shortened: groups keep their words for different times
    redis.call('PEXPIRE', key, keep_ms, 'NX')
    redis.call('PEXPIRE', key, keep_ms, 'GT')
  end
  return 1
end

-- keys: prefix; args: case id, rank, packed case, keep_ms. 1 when it is new.
local function open(keys, args)
  local is_new = keep(keys[1] .. 'queue', keys[1] .. 'case:' .. args[1], args[1], args[2], args[3], args[4])
  if is_new == 1 then redis.call('SPUBLISH', keys[1] .. 'live', args[1]) end -- every desk hears (claims.lua)
  return is_new
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
redis.register_function('alongside_learn', learn)
redis.register_function('alongside_waiting', waiting)
redis.register_function('alongside_misread_list', misread)
