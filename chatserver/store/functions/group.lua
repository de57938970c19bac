#!lua name=alongside_group

-- What must be atomic in one group: seats, handles and counts. Every key of a group carries the same hash tag; keys of single
-- rooms, members and handles are the group's prefix (keys[1]) and a suffix, so they live in the same slot.

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function seats_key(prefix, room) return prefix .. ':seats:' .. room end
local function handle_key(prefix, handle) return prefix .. ':handle:' .. handle end

-- A room that is closed to newcomers; who has a seat there keeps it.
local function locked_key(prefix, room) return prefix .. ':locked:' .. room end

-- The first open room with a free seat; a new one when there is none.
local function free_room(prefix, seats, now)
  local rooms = tonumber(redis.call('GET', prefix .. ':rooms') or '0')
  for room = 1, rooms do
    local key = seats_key(prefix, room)
    local is_locked = redis.call('EXISTS', locked_key(prefix, room)) == 1
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    if not is_locked and redis.call('ZCARD', key) < seats then return room end
  end
  return redis.call('INCR', prefix .. ':rooms')
end

local function sit(prefix, room, member, now, seat_ms)
  local key = seats_key(prefix, room)
  redis.call('ZADD', key, now + seat_ms, member)
  redis.call('PEXPIRE', key, seat_ms * 2)
end

-- keys: prefix; args: member, seats, remember_ms, seat_ms, handle, handle, ...
-- {room, handle}
local function seat(keys, args)
  local prefix, member, remember_ms = keys[1], args[1], tonumber(args[3])
  local now, seat_ms = now_ms(), tonumber(args[4])
  local member_key = prefix .. ':member:' .. member
  local known = redis.call('GET', member_key)
  if known then
    local was = cmsgpack.unpack(known)
    sit(prefix, was[1], member, now, seat_ms)
    redis.call('PEXPIRE', member_key, remember_ms)
    redis.call('PEXPIRE', handle_key(prefix, was[2]), remember_ms)
    return was
  end
  local minute = prefix .. ':joins:' .. math.floor(now / 60000)
  redis.call('INCR', minute)
  redis.call('EXPIRE', minute, 180)
  local room = free_room(prefix, tonumber(args[2]), now)
  local handle = args[#args]
  for i = 5, #args do
    if redis.call('SET', handle_key(prefix, args[i]), member, 'NX', 'PX', remember_ms) then
      handle = args[i]
      break
    end
  end
  redis.call('SET', member_key, cmsgpack.pack({room, handle}), 'PX', remember_ms)
  sit(prefix, room, member, now, seat_ms)
  return {room, handle}
end

-- keys: prefix; args: member. {room, handle} | nil
local function find(keys, args)
  local known = redis.call('GET', keys[1] .. ':member:' .. args[1])
  return known and cmsgpack.unpack(known) or nil
end

-- keys: prefix; args: member. The handle stays taken while messages signed with it may still be read.
local function leave(keys, args)
  local prefix, member = keys[1], args[1]
  local member_key = prefix .. ':member:' .. member
  local known = redis.call('GET', member_key)
  if not known then return 0 end
  redis.call('ZREM', seats_key(prefix, cmsgpack.unpack(known)[1]), member)
  redis.call('DEL', member_key)
  return 1
end

-- keys: prefix; args: room, seat_ms, remember_ms, member, member, ... Renews the seats of those who are connected.
local function stay(keys, args)
  local prefix, now = keys[1], now_ms()
  for i = 4, #args do
    local member_key = prefix .. ':member:' .. args[i]
    local known = redis.call('GET', member_key)
    if known then
      sit(prefix, args[1], args[i], now, tonumber(args[2]))
      -- Never shortens: a remembered member keeps the longer time.
      if redis.call('PTTL', member_key) < tonumber(args[3]) then
        redis.call('PEXPIRE', member_key, args[3])
        redis.call('PEXPIRE', handle_key(prefix, cmsgpack.unpack(known)[2]), args[3])
      end
    end
  end
  return 1
end

-- keys: prefix; args: node, count, ttl_ms. How many members one node has in this group.
local function count(keys, args)
  local key = keys[1] .. ':count'
  redis.call('HSET', key, args[1], args[2] .. ' ' .. string.format('%.0f', now_ms() + tonumber(args[3])))
  redis.call('PEXPIRE', key, tonumber(args[3]) * 2)
  return 1
end

-- keys: prefix. How many members all nodes have; words that no longer stand are dropped.
local function counted(keys)
  local key, now, sum = keys[1] .. ':count', now_ms(), 0
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local members, stands = string.match(all[i + 1], '^(%d+) (%d+)$')
    if tonumber(stands) > now then sum = sum + tonumber(members) else redis.call('HDEL', key, all[i]) end
  end
  return sum
end

-- keys: prefix. Joins of this minute, and of the last one as far as it still counts.
local function joins(keys)
  local now = now_ms()
  local minute = math.floor(now / 60000)
  local this = tonumber(redis.call('GET', keys[1] .. ':joins:' .. minute) or '0')
  local last = tonumber(redis.call('GET', keys[1] .. ':joins:' .. (minute - 1)) or '0')
  return math.floor(this + last * (1 - (now % 60000) / 60000))
end

redis.register_function('alongside_seat', seat)
redis.register_function('alongside_find', find)
redis.register_function('alongside_leave', leave)
redis.register_function('alongside_stay', stay)
redis.register_function('alongside_count', count)
redis.register_function('alongside_counted', counted)
redis.register_function('alongside_joins', joins)
