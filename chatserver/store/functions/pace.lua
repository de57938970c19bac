-- How fast a room is written in just now, for chatserver.core.pace. Joined to room.lua.

-- keys: stream; args: window_ms, most entries looked at. {messages, over how long (ms)}: in a room so busy that this many entries are
-- younger than the window, over the time since the oldest of them.
local function pace(keys, args)
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local since, count = string.format('%.0f', now - tonumber(args[1])), 0
  local entries = redis.call('XREVRANGE', keys[1], '+', since, 'COUNT', args[2])
  for _, entry in ipairs(entries) do
    if cmsgpack.unpack(entry[2][4]).ev == 'message' then count = count + 1 end
  end
  local over_ms = #entries < tonumber(args[2]) and tonumber(args[1]) or now - tonumber(string.match(entries[#entries][1], '^%d+'))
  return {count, over_ms}
end

redis.register_function{function_name = 'alongside_pace', callback = pace, flags = {'no-writes'}}
