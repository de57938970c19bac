#!lua name=alongside_room

-- What must be atomic in one room. Every key and channel of a room carries the same hash tag.
--
-- A room's record is a stream (entries: p = id of the entry before, e = body in MessagePack) and its mark, a string
-- "epoch.id": which life of the stream this is, and its last entry. The mark is the position of the newest event.
-- What is published is MessagePack: {epoch, id, prev, body} for an event, {0, kind, ...} for what has no position.
--
-- Nothing here reads a wish from outside: times are the server's own, limits are arguments.

-- Keeps one room's memory bounded whatever its retention: the newest 20,000 events (about 10 MB of short messages).
local MAX_EVENTS = 20000

local function new_epoch()
  local time = redis.call('TIME')
  return string.format('%x%05x', tonumber(time[1]), tonumber(time[2]))
end

local function split(position)
  local dot = string.find(position, '.', 1, true)
  return string.sub(position, 1, dot - 1), string.sub(position, dot + 1)
end

local function is_later(a, b)
  local a_ms, a_n = string.match(a, '^(%d+)-(%d+)$')
  local b_ms, b_n = string.match(b, '^(%d+)-(%d+)$')
  a_ms, b_ms = tonumber(a_ms), tonumber(b_ms)
  if a_ms ~= b_ms then return a_ms > b_ms end
  return tonumber(a_n) > tonumber(b_n)
end

-- Appends one body and publishes it; `mark` is the mark as just read, or false.
local function append(stream, mark_key, channel, mark, body, keep_ms)
  local epoch, prev
  if mark then epoch, prev = split(mark) else epoch, prev = new_epoch(), '0-0' end
  local id = redis.call('XADD', stream, 'MAXLEN', '~', MAX_EVENTS, '*', 'p', prev, 'e', body)
  local position = epoch .. '.' .. id
  redis.call('SET', mark_key, position, 'PX', keep_ms * 2)
  redis.call('PEXPIRE', stream, keep_ms, 'NX')
  redis.call('SPUBLISH', channel, cmsgpack.pack({epoch, id, prev, body}))
  return position
end

-- What must reach the moderators waits in the room's own slot, written in the same step as what it is about; a node moves it to
-- the desk's slot and only then deletes it here (chatserver.store.cases). More than this many are only there when the desk's
-- server has long been away.
local MAX_CALLS = 10000

-- `about` is the body of the message that a member called about, or nil.
local function call_moderators(calls, keep_ms, kind, packed, position, about)
  local member, handle = about and about.member or '', about and about.handle or ''
  redis.call('XADD', calls, 'MAXLEN', '~', MAX_CALLS, '*', 'k', kind, 'c', packed, 'p', position, 'm', member, 'h', handle)
  redis.call('PEXPIRE', calls, keep_ms)
end

-- Gives the packed body of a message that is there, in the record or back in it (acts.lua); nil when there is none.
local function message_at(stream, restored_prefix, id)
  local entry = redis.call('XRANGE', stream, id, id)[1]
  if not entry then return redis.call('HGET', restored_prefix .. id, 'e') or nil end
  return cmsgpack.unpack(entry[2][4]).ev == 'message' and entry[2][4] or nil
end

-- Takes a message's words out of the record, wherever they stand.
local function drop_message(stream, restored, id)
  redis.call('XDEL', stream, id)
  local again = redis.call('HGET', restored, 'at')
  if again then redis.call('XDEL', stream, again) end
  redis.call('DEL', restored)
end

-- What calms the room (acts.lua; slow = seconds, quiet): the refusal, or nil when this member may write now.
local function calmed(calm, slow_key)
  local slow, quiet = unpack(redis.call('HMGET', calm, 'slow', 'quiet'))
  if quiet then return {'quiet'} end
  if slow and not redis.call('SET', slow_key, '1', 'NX', 'PX', tonumber(slow) * 1000) then
    return {'slow', redis.call('PTTL', slow_key)}
  end
end

-- Whom a message asks after, "are you ok?": whoever wrote the message that it replies to (a position), or the last before it
-- ('last'), unless it is the asker. Gives its position and body; nil when there is nobody.
local LOOKED_BACK = 10 -- events; the question comes right after
local function asked_after(stream, restored_prefix, mark, answered, asker)
  if not mark then return nil end
  local position, body = answered, nil
  if answered ~= 'last' then
    local id = string.match(answered, '^%w+%.(%d+%-%d+)$') -- what a client names need be no position
    local packed = id and message_at(stream, restored_prefix, id)
    body = packed and cmsgpack.unpack(packed)
  else
    for _, entry in ipairs(redis.call('XREVRANGE', stream, '+', '-', 'COUNT', LOOKED_BACK)) do
      body = cmsgpack.unpack(entry[2][4])
      position = split(mark) .. '.' .. entry[1]
      if body.ev == 'message' and body.member ~= asker then break end
      body = nil
    end
  end
  if not body or body.member == asker then return nil end
  return position, body
end

-- keys: stream, mark, client id, sanction, channel, calm, slow; args: body, keep_ms. A post that is flagged or asks after somebody has more:
-- keys calls, card, prefix of restored messages; args packed case ('' for none), packed card ('' for none), card_ms, answered ('' for nobody).
-- {'sent', position} | {'again', first position, 'held:' and the case, or 'back:' and why} | {'barred', until_ms}
-- | {'quiet'} | {'slow', ms}
local function post(keys, args)
  local was = redis.call('MGET', keys[2], keys[3], keys[4])
  if was[2] then return {'again', was[2]} end
  if was[3] then return {'barred', was[3]} end
  local refused = keys[6] and calmed(keys[6], keys[7]) -- the house itself speaks in a calmed room too
  if refused then return refused end
  local keep_ms = tonumber(args[2])
  local asker, about_at, about
  if keys[8] and args[6] ~= '' then
    asker = cmsgpack.unpack(args[1]).member
    about_at, about = asked_after(keys[1], keys[10], was[1], args[6], asker)
  end
  local position = append(keys[1], keys[2], keys[5], was[1], args[1], keep_ms)
  redis.call('SET', keys[3], position, 'PX', keep_ms)
  if keys[8] and args[3] ~= '' then
    call_moderators(keys[8], keep_ms, 'case', args[3], position)
    if args[4] ~= '' then redis.call('SET', keys[9], cmsgpack.pack({position, args[4]}), 'PX', args[5]) end
  end
  if about then call_moderators(keys[8], keep_ms, 'asks_after', cmsgpack.pack({by = asker}), about_at, about) end
  return {'sent', position}
end

-- keys: client id, sanction, held, calls, calm, slow; args: body, keep_ms, packed case, case id, attempt. Keeps a message outside the record until
-- a moderator has looked. {'held', case id} | refused as above
local function hold(keys, args)
  local was = redis.call('MGET', keys[1], keys[2])
  if was[1] then return {'again', was[1]} end
  if was[2] then return {'barred', was[2]} end
  local refused = calmed(keys[5], keys[6])
  if refused then return refused end
  local keep_ms = tonumber(args[2])
  redis.call('HSET', keys[3], 'e', args[1], 'i', keys[1], 'n', args[5])
  redis.call('PEXPIRE', keys[3], keep_ms)
  redis.call('SET', keys[1], 'held:' .. args[4], 'PX', keep_ms)
  call_moderators(keys[4], keep_ms, 'case', args[3], '')
  return {'held', args[4]}
end

-- keys: client id. {'again', as above} | {'unknown'}: whether this attempt is in the record, or held, already.
local function known(keys)
  local was = redis.call('GET', keys[1])
  if was then return {'again', was} end
  return {'unknown'}
end

-- keys: stream, calls, prefix of restored messages; args: packed case, keep_ms, target position ('' for none). A member calls the moderators,
-- or is called for: then there may be a card; keys card; args packed card, card_ms. {'sent', target} | {'gone'}
local function call(keys, args)
  local about
  if args[3] ~= '' then
    local _, id = split(args[3])
    local body = message_at(keys[1], keys[3], id)
    if not body then return {'gone'} end
    about = cmsgpack.unpack(body)
  end
  call_moderators(keys[2], tonumber(args[2]), 'case', args[1], args[3], about)
  if keys[4] then redis.call('SET', keys[4], cmsgpack.pack({args[3], args[4]}), 'PX', args[5]) end
  return {'sent', args[3]}
end

-- keys: card, calls; args: card id, keep_ms. The member says that the card was not called for: it goes, and what it was about
-- goes to the desk, by position and rules alone. {'sent', position} | {'gone'}
local function misread(keys, args)
  local packed = redis.call('GET', keys[1])
  if not packed then return {'gone'} end
  local stands = cmsgpack.unpack(packed)
  if cmsgpack.unpack(stands[2]).card ~= args[1] then return {'gone'} end
  redis.call('DEL', keys[1])
  call_moderators(keys[2], tonumber(args[2]), 'misread', stands[2], stands[1])
  return {'sent', stands[1]}
end

-- keys: stream, mark, sanction, channel, prefix of restored messages; args: body, keep_ms, target id. An event about a message that is still there.
-- {'sent', position} | {'gone'} | {'barred', until_ms}
local function respond(keys, args)
  local was = redis.call('MGET', keys[2], keys[3])
  if was[2] then return {'barred', was[2]} end
  if not was[1] or not message_at(keys[1], keys[5], args[3]) then return {'gone'} end
  return {'sent', append(keys[1], keys[2], keys[4], was[1], args[1], tonumber(args[2]))}
end

-- keys: stream, mark, channel, prefix of restored messages; args: body of the removal, keep_ms, target id, member. Only the author's own message.
-- {'sent', position} | {'gone'} | {'foreign'}
local function take_back(keys, args)
  local mark = redis.call('GET', keys[2])
  local body = message_at(keys[1], keys[4], args[3])
  if not mark or not body then return {'gone'} end
  if cmsgpack.unpack(body).member ~= args[4] then return {'foreign'} end
  drop_message(keys[1], keys[4] .. args[3], args[3])
  return {'sent', append(keys[1], keys[2], keys[3], mark, args[1], tonumber(args[2]))}
end

-- Whether a reader who knows everything up to `id` misses nothing that the stream no longer holds.
local function is_whole(stream, id)
  if #redis.call('XRANGE', stream, id, id) == 1 then return true end
  local next_entry = redis.call('XRANGE', stream, '(' .. id, '+', 'COUNT', 1)[1]
  return next_entry ~= nil and next_entry[2][2] == id
end

-- keys: stream, mark; args: after ('' for the beginning), count, keep_ms.
-- {mark, 1 when nothing is missing, {id, prev, body, ...}}; creates the mark of a new room. A position later than the
-- mark means that the stream has gone back in time (an old backup): it begins a new epoch.
local function since(keys, args)
  local mark = redis.call('GET', keys[2])
  if not mark then
    mark = new_epoch() .. '.0-0'
    redis.call('SET', keys[2], mark, 'PX', tonumber(args[3]) * 2)
  end
  if args[1] == mark then return {mark, 1, {}} end
  local epoch, last = split(mark)
  local whole, from = 0, '-'
  if args[1] == '' then
    if last == '0-0' or is_whole(keys[1], '0-0') then whole = 1 end
  else
    local its_epoch, id = split(args[1])
    if its_epoch == epoch then
      if is_later(id, last) then
        mark = new_epoch() .. '.' .. last
        redis.call('SET', keys[2], mark, 'PX', tonumber(args[3]) * 2)
      elseif is_whole(keys[1], id) then
        whole, from = 1, '(' .. id
      end
    end
  end
  local flat = {}
  for _, entry in ipairs(redis.call('XRANGE', keys[1], from, '+', 'COUNT', tonumber(args[2]))) do
    flat[#flat + 1] = entry[1]
    flat[#flat + 1] = entry[2][2]
    flat[#flat + 1] = entry[2][4]
  end
  return {mark, whole, flat}
end

-- keys: stream, mark; args: keep_ms. Drops what is older than the group keeps; renews what would expire.
local function keep(keys, args)
  local keep_ms = tonumber(args[1])
  local time = redis.call('TIME')
  local oldest = math.max(0, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - keep_ms)
  redis.call('XTRIM', keys[1], 'MINID', string.format('%.0f', oldest))
  redis.call('PEXPIRE', keys[1], keep_ms)
  redis.call('PEXPIRE', keys[2], keep_ms * 2)
  return redis.call('GET', keys[2])
end

-- keys: here, channel; args: node, packed members, ttl_ms. One node says who is with it; an empty packing removes it.
-- {node, packed, remaining ms, ...} of all nodes whose word still stands.
local function here(keys, args)
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local ttl = tonumber(args[3])
  if args[2] == '' then
    redis.call('HDEL', keys[1], args[1])
  else
    redis.call('HSET', keys[1], args[1], cmsgpack.pack({now + ttl, args[2]}))
    redis.call('PEXPIRE', keys[1], ttl * 2)
  end
  redis.call('SPUBLISH', keys[2], cmsgpack.pack({0, 'here', args[1], args[2], ttl}))
  local all, flat = redis.call('HGETALL', keys[1]), {}
  for i = 1, #all, 2 do
    local said = cmsgpack.unpack(all[i + 1])
    if said[1] <= now then
      redis.call('HDEL', keys[1], all[i])
    else
      flat[#flat + 1] = all[i]
      flat[#flat + 1] = said[2]
      flat[#flat + 1] = said[1] - now
    end
  end
  return flat
end

redis.register_function('alongside_post', post)
redis.register_function('alongside_hold', hold)
redis.register_function('alongside_known', known)
redis.register_function('alongside_call', call)
redis.register_function('alongside_misread', misread)
redis.register_function('alongside_respond', respond)
redis.register_function('alongside_take_back', take_back)
redis.register_function('alongside_since', since)
redis.register_function('alongside_keep', keep)
redis.register_function('alongside_here', here)
