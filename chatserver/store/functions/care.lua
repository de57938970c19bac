-- How much a moderator has seen, for chatserver.core.care: two sorted sets an account of cases by when they were last seen, prefix ..
-- 'care:' .. account and the same with ':heavy'. Both end by themselves. Joined to duty.lua.

-- keys: prefix; args: account, case id, 1 when heavy, kept_ms.
local function saw(keys, args)
  local key, now = keys[1] .. 'care:' .. args[1], now_ms()
  for _, name in ipairs(args[3] == '1' and {key, key .. ':heavy'} or {key}) do
    redis.call('ZADD', name, string.format('%.0f', now), args[2])
    redis.call('ZREMRANGEBYSCORE', name, '-inf', string.format('%.0f', now - tonumber(args[4])))
    redis.call('PEXPIRE', name, args[4])
  end
end

-- keys: prefix; args: account, day_ms, kept_ms. {seen within a day, heavy ones, seen within kept_ms, heavy ones}
local function care(keys, args)
  local key, now, counts = keys[1] .. 'care:' .. args[1], now_ms(), {}
  for _, ms in ipairs({args[2], args[3]}) do
    for _, name in ipairs({key, key .. ':heavy'}) do
      counts[#counts + 1] = redis.call('ZCOUNT', name, string.format('(%.0f', now - tonumber(ms)), '+inf')
    end
  end
  return counts
end

redis.register_function('alongside_saw', saw)
redis.register_function('alongside_care', care)
