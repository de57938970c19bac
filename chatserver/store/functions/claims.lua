#!lua name=alongside_claims

-- What chatserver.core.claims says, where it must be atomic: in the desk's slot. Every key carries the hash tag {desk}; keys[1]
-- is the prefix. A claim is a key with an expiry, so a desk that dies frees its case by time alone. Every change is published on
-- prefix .. 'live', by the case's id.
--
-- A case is open as long as it stands in the queue (desk.lua). A closed one leaves the queue and keeps its key.

local function claim_key(prefix, id) return prefix .. 'claim:' .. id end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function changed(prefix, id) redis.call('SPUBLISH', prefix .. 'live', id) end

local function is_open(prefix, id)
  return redis.call('ZSCORE', prefix .. 'queue', id) and redis.call('EXISTS', prefix .. 'case:' .. id) == 1
end

-- {holder, name} | nil
local function holder(prefix, id)
  local packed = redis.call('GET', claim_key(prefix, id))
  return packed and cmsgpack.unpack(packed) or nil
end

local function is_held_by(prefix, id, account)
  local held = holder(prefix, id)
  return held ~= nil and held[1] == account and is_open(prefix, id)
end

-- From `at_ms` on a case waits anew: it was given back, or its lease is over by then. Its timer (pages.lua) looks at that time.
local function waits_from(prefix, id, at_ms)
  local at, rest_ms = string.format('%.0f', at_ms), redis.call('PTTL', prefix .. 'case:' .. id)
  redis.call('SET', prefix .. 'freed:' .. id, at, 'PX', math.max(1, rest_ms))
  redis.call('ZADD', prefix .. 'timers', 'XX', at, id)
end

local function lease(prefix, id, account, name, lease_ms)
  local until_ms = now_ms() + tonumber(lease_ms)
  redis.call('SET', claim_key(prefix, id), cmsgpack.pack({account, name}), 'PX', lease_ms)
  waits_from(prefix, id, until_ms)
  return {'claimed', account, name, string.format('%.0f', until_ms)}
end

-- A case leaves the queue, and is known as closed, by whom and how, for keep_ms.
local function leave_queue(prefix, id, by, outcome, keep_ms)
  redis.call('SET', prefix .. 'closed:' .. id, cmsgpack.pack({by, outcome}), 'PX', keep_ms)
  redis.call('DEL', claim_key(prefix, id))
  redis.call('ZREM', prefix .. 'queue', id)
  redis.call('ZREM', prefix .. 'queue:until', id)
  changed(prefix, id)
end

-- keys: prefix; args: case id, account, name, lease_ms. The first claim of a case also gives its level, and for how long it waited.
-- {'claimed', account, name, until_ms[, level, waited_ms]} | {'refused', why}
local function claim(keys, args)
  local prefix, id = keys[1], args[1]
  if redis.call('EXISTS', prefix .. 'closed:' .. id) == 1 then return {'refused', 'closed'} end
  if not is_open(prefix, id) then return {'refused', 'gone'} end
  local held = holder(prefix, id)
  if held and held[1] ~= args[2] then return {'refused', 'claimed'} end
  local is_first = redis.call('EXISTS', prefix .. 'freed:' .. id) == 0
  local leased = lease(prefix, id, args[2], args[3], args[4])
  if is_first then
    local case = cmsgpack.unpack(redis.call('GET', prefix .. 'case:' .. id))
    leased[5], leased[6] = case.level, string.format('%.0f', math.max(0, now_ms() - case.at))
  end
  changed(prefix, id)
  return leased
end

-- keys: prefix; args: case id, account, lease_ms. As a later claim.
local function renew(keys, args)
  if not is_held_by(keys[1], args[1], args[2]) then return {'refused', 'lost'} end
  local leased = lease(keys[1], args[1], args[2], holder(keys[1], args[1])[2], args[3])
  changed(keys[1], args[1]) -- the others' desks show until when
  return leased
end

-- keys: prefix; args: case id, account. {'done'} | {'refused', why}
local function release(keys, args)
  if not is_held_by(keys[1], args[1], args[2]) then return {'refused', 'lost'} end
  redis.call('DEL', claim_key(keys[1], args[1]))
  waits_from(keys[1], args[1], now_ms())
  changed(keys[1], args[1])
  return {'done'}
end

-- keys: prefix; args: case id, account, outcome. {'done'} | {'refused', why}
local function close(keys, args)
  local prefix, id = keys[1], args[1]
  if not is_held_by(prefix, id, args[2]) then return {'refused', 'lost'} end
  if redis.call('EXISTS', prefix .. 'talk:case:' .. id) == 1 then return {'refused', 'in_hand_off'} end -- handoff.lua
  local rest_ms = redis.call('PTTL', prefix .. 'case:' .. id)
  leave_queue(prefix, id, args[2], args[3], math.max(1, rest_ms))
  return {'done'}
end

-- keys: prefix; args: case id, case id, ... {holder, name, until_ms} for each, or {'', '', since when nobody had it, 0: never had}
local function claims(keys, args)
  local flat, now = {}, now_ms()
  for _, id in ipairs(args) do
    local held = holder(keys[1], id)
    flat[#flat + 1] = held and held[1] or ''
    flat[#flat + 1] = held and held[2] or ''
    if held then
      flat[#flat + 1] = string.format('%.0f', now + redis.call('PTTL', claim_key(keys[1], id)))
    else
      flat[#flat + 1] = string.format('%.0f', math.min(now, tonumber(redis.call('GET', keys[1] .. 'freed:' .. id) or 0)))
    end
  end
  return flat
end

-- keys: prefix; args: case id. Its packed form while it is open | nil
local function one(keys, args)
  if not is_open(keys[1], args[1]) then return nil end
  return redis.call('GET', keys[1] .. 'case:' .. args[1])
end

redis.register_function('alongside_claim', claim)
redis.register_function('alongside_renew', renew)
redis.register_function('alongside_release', release)
redis.register_function('alongside_close', close)
redis.register_function('alongside_claims', claims)
redis.register_function('alongside_case', one)
