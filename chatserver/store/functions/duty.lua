#!lua name=alongside_duty

-- Who is on duty, in the desk's slot: keys[1] is the prefix, prefix .. 'duty' a hash of account -> {until_ms, packed account}. Who comes
-- or goes is published on prefix .. 'staff'; whose time is over goes by itself, which every node knows beforehand. An account that was
-- revoked is nobody here, whatever a desk still says.

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Who is on duty under this account, as packed | nil
local function stands(prefix, account)
  local packed = redis.call('HGET', prefix .. 'duty', account)
  local one = packed and cmsgpack.unpack(packed)
  if not one or one[1] <= now_ms() or redis.call('HEXISTS', prefix .. 'accounts', account) == 0 then return nil end
  return one[2]
end

local function keep(prefix, account, who, ttl_ms)
  redis.call('HSET', prefix .. 'duty', account, cmsgpack.pack({now_ms() + tonumber(ttl_ms), who}))
  redis.call('PEXPIRE', prefix .. 'duty', ttl_ms)
end

-- keys: prefix; args: account, packed account, ttl_ms. 1 when that is new.
local function on(keys, args)
  local prefix, account = keys[1], args[1]
  if redis.call('HEXISTS', prefix .. 'accounts', account) == 0 then return 0 end
  local was = stands(prefix, account)
  keep(prefix, account, args[2], args[3])
  if was then return 0 end
  redis.call('SPUBLISH', prefix .. 'staff', 'on')
  return 1
end

-- keys: prefix; args: account, ttl_ms. 1 when it was on duty and goes on.
local function renew(keys, args)
  local who = stands(keys[1], args[1])
  if not who then return 0 end
  keep(keys[1], args[1], who, args[2])
  return 1
end

-- keys: prefix; args: account. 1 when it was on duty.
local function off(keys, args)
  local was = stands(keys[1], args[1])
  if redis.call('HDEL', keys[1] .. 'duty', args[1]) == 1 then redis.call('SPUBLISH', keys[1] .. 'staff', 'off') end
  return was and 1 or 0
end

-- keys: prefix. {account, packed account, remaining ms, ...}
local function all(keys)
  local prefix, flat = keys[1], {}
  local known, now = redis.call('HGETALL', prefix .. 'duty'), now_ms()
  for i = 1, #known, 2 do
    local one = cmsgpack.unpack(known[i + 1])
    if one[1] > now and redis.call('HEXISTS', prefix .. 'accounts', known[i]) == 1 then
      flat[#flat + 1] = known[i]
      flat[#flat + 1] = one[2]
      flat[#flat + 1] = one[1] - now
    else
      redis.call('HDEL', prefix .. 'duty', known[i])
    end
  end
  return flat
end

redis.register_function('alongside_on_duty', on)
redis.register_function('alongside_stay_on_duty', renew)
redis.register_function('alongside_off_duty', off)
redis.register_function('alongside_duty', all)
