-- Letters: what one member is told privately, until seen. A box is a stream of the room's slot with an expiry; an entry's id is
-- the letter's, its field l the packed body. Published as {0, 'letter', member, id, packed} and {0, 'seen', member, id}.
-- Joined to room.lua.
-- `write_letter` and `take_letter` are for every function of this library: a letter is written in the same step as what it tells of.

-- As in chatserver.core.letters.
local MAX_LETTERS, LETTER_MS = 50, 604800000

local function forget_old_letters(letters, keep_ms)
  local time = redis.call('TIME')
  local oldest = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - keep_ms
  redis.call('XTRIM', letters, 'MINID', string.format('%.0f', math.max(0, oldest)))
end

-- Gives the letter's id.
local function write_letter(letters, channel, member, packed, keep_ms)
  local id = redis.call('XADD', letters, 'MAXLEN', MAX_LETTERS, '*', 'l', packed)
  redis.call('PEXPIRE', letters, keep_ms)
  forget_old_letters(letters, keep_ms)
  redis.call('SPUBLISH', channel, cmsgpack.pack({0, 'letter', member, id, packed}))
  return id
end

-- Whether it stood there. Every socket of the member is told, so that another window puts it away too.
local function take_letter(letters, channel, member, id)
  if redis.call('XDEL', letters, id) == 0 then return false end
  redis.call('SPUBLISH', channel, cmsgpack.pack({0, 'seen', member, id}))
  return true
end

-- keys: letters, channel; args: member, packed, keep_ms. {'sent', letter id}
local function letter(keys, args)
  return {'sent', write_letter(keys[1], keys[2], args[1], args[2], tonumber(args[3]))}
end

-- keys: letters, channel; args: member, letter id. {'sent', letter id} | {'gone'}
local function seen(keys, args)
  if take_letter(keys[1], keys[2], args[1], args[2]) then return {'sent', args[2]} end
  return {'gone'}
end

-- keys: letters; args: keep_ms. {id, packed, ...}, oldest first
local function letters(keys, args)
  forget_old_letters(keys[1], tonumber(args[1]))
  local flat = {}
  for _, entry in ipairs(redis.call('XRANGE', keys[1], '-', '+')) do
    flat[#flat + 1] = entry[1]
    flat[#flat + 1] = entry[2][2]
  end
  return flat
end

redis.register_function('alongside_letter', letter)
redis.register_function('alongside_seen', seen)
redis.register_function('alongside_letters', letters)
