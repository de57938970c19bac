-- When which danger is to be looked at by a node, and what was done for it: chatserver.core.paging decides, this keeps. In the desk's
-- slot; joined to duty.lua.
--
-- prefix .. 'timers' (a sorted set): cases by the time of the next look. It only ever repeats what the queue says: every look takes up
-- what is missing, so nothing is forgotten with it. prefix .. 'pages:' .. id: {since, done, tries}, as long as the case.
-- prefix .. 'alarms' (a hash): what fails and must be seen by people, name -> {since_ms, failures, why}.

local BAND = 10000000000000 -- chatserver.core.cases.BAND_MS; bands 0 to 2 may be danger
local DANGER_BANDS = 3
local NEWEST = 200 -- of each band: as many may come between two looks
local ALARM_MS = 86400000 -- one that nobody renews for a day is history

local function as_text(number) return string.format('%.0f', number) end

local function take_up(prefix, now)
  for band = 0, DANGER_BANDS - 1 do
    local first, last = as_text(band * BAND), '(' .. as_text((band + 1) * BAND)
    for _, id in ipairs(redis.call('ZREVRANGEBYSCORE', prefix .. 'queue', last, first, 'LIMIT', 0, NEWEST)) do
      redis.call('ZADD', prefix .. 'timers', 'NX', as_text(now), id)
    end
  end
end

-- Since when a case waits: since it was opened (its place in the queue may be an earlier one: desk.lua), or since somebody who had it
-- has it no more.
local function waits_since(prefix, id, now)
  local freed = tonumber(redis.call('GET', prefix .. 'freed:' .. id) or 0)
  local packed = redis.call('GET', prefix .. 'case:' .. id)
  return math.max(packed and cmsgpack.unpack(packed).at or 0, math.min(now, freed))
end

-- {done, tries} since then
local function progress(prefix, id, since)
  local packed = redis.call('GET', prefix .. 'pages:' .. id)
  local known = packed and cmsgpack.unpack(packed)
  if not known or known[1] ~= since then return 0, 0 end
  return known[2], known[3]
end

local function forget(prefix, id)
  redis.call('ZREM', prefix .. 'timers', id)
  redis.call('DEL', prefix .. 'pages:' .. id)
end

-- keys: prefix; args: lease_ms, limit. {now_ms, {packed case, since, done, tries}, ...}: those whose time has come and that nobody has. A
-- look is the caller's alone for lease_ms; then another node takes it.
local function take(keys, args)
  local prefix, now = keys[1], now_ms()
  take_up(prefix, now)
  local found = {as_text(now)}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'timers', '-inf', as_text(now), 'LIMIT', 0, tonumber(args[2]))) do
    local rank = tonumber(redis.call('ZSCORE', prefix .. 'queue', id) or -1)
    local packed = redis.call('GET', prefix .. 'case:' .. id)
    local claim_ms = redis.call('PTTL', prefix .. 'claim:' .. id)
    if not packed or rank < 0 or rank >= DANGER_BANDS * BAND then
      forget(prefix, id)
    elseif claim_ms > 0 then
      redis.call('ZADD', prefix .. 'timers', as_text(now + claim_ms), id)
    else
      redis.call('ZADD', prefix .. 'timers', as_text(now + tonumber(args[1])), id)
      local since = waits_since(prefix, id, now)
      local done, tries = progress(prefix, id, since)
      found[#found + 1] = {packed, as_text(since), done, tries}
    end
  end
  redis.call('PEXPIRE', prefix .. 'timers', ALARM_MS)
  return found
end

-- When to look again, although somebody may have taken the case meanwhile, or have had it.
local function next_look(prefix, id, since, planned)
  local now, claim_ms = now_ms(), redis.call('PTTL', prefix .. 'claim:' .. id)
  if claim_ms > 0 then return as_text(now + claim_ms) end
  return as_text(waits_since(prefix, id, now)) == since and planned or as_text(now)
end

-- keys: prefix; args: case id, since, done, tries, next look. Keeps what was done.
local function keep_progress(keys, args)
  local prefix, id = keys[1], args[1]
  local rest_ms = redis.call('PTTL', prefix .. 'case:' .. id)
  if rest_ms <= 0 then return 0 end
  local known = cmsgpack.pack({tonumber(args[2]), tonumber(args[3]), tonumber(args[4])})
  redis.call('SET', prefix .. 'pages:' .. id, known, 'PX', rest_ms)
  redis.call('ZADD', prefix .. 'timers', 'XX', next_look(prefix, id, args[2], args[5]), id)
  return 1
end

-- keys: prefix; args: name, why. One more failure. The desks hear.
local function alarm(keys, args)
  local key, now = keys[1] .. 'alarms', now_ms()
  local packed = redis.call('HGET', key, args[1])
  local known = packed and cmsgpack.unpack(packed) or {now, 0}
  redis.call('HSET', key, args[1], cmsgpack.pack({known[1], known[2] + 1, args[2]}))
  redis.call('PEXPIRE', key, ALARM_MS)
  redis.call('SPUBLISH', keys[1] .. 'live', args[1])
end

-- keys: prefix; args: name. It works again.
local function calm(keys, args)
  if redis.call('HDEL', keys[1] .. 'alarms', args[1]) == 1 then redis.call('SPUBLISH', keys[1] .. 'live', args[1]) end
end

-- keys: prefix. {name, since_ms, failures, why, ...}
local function alarms(keys)
  local known, flat = redis.call('HGETALL', keys[1] .. 'alarms'), {}
  for i = 1, #known, 2 do
    local one = cmsgpack.unpack(known[i + 1])
    flat[#flat + 1] = known[i]
    flat[#flat + 1] = as_text(one[1])
    flat[#flat + 1] = one[2]
    flat[#flat + 1] = one[3]
  end
  return flat
end

redis.register_function('alongside_pages_take', take)
redis.register_function('alongside_pages_keep', keep_progress)
redis.register_function('alongside_alarm', alarm)
redis.register_function('alongside_calm', calm)
redis.register_function('alongside_alarms', alarms)
