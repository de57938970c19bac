-- Acts about a case itself, in the desk's slot (this file is joined to claims.lua): its level, and who has it. As acts.lua: once for
-- one name, undone once.

local DESK_ACT_MS = 86400000

local function desk_act_key(prefix, name) return prefix .. 'act:' .. name end

local function rewrite(prefix, id, packed, score)
  redis.call('SET', prefix .. 'case:' .. id, packed, 'KEEPTTL')
  redis.call('ZADD', prefix .. 'queue', 'XX', score, id)
end

-- keys: prefix; args: act's name, case id, account, packed case, rank, lease_ms, to ('' for nobody, '=' to keep it), to's name.
-- {'done', when} | {'refused', 'lost' | 'in_hand_off'}
local function desk_act(keys, args)
  local prefix, key, id = keys[1], desk_act_key(keys[1], args[1]), args[2]
  local before = redis.call('HGET', key, 't')
  if before then return {'done', before} end
  if not is_held_by(prefix, id, args[3]) then return {'refused', 'lost'} end
  local moves = args[7] ~= '='
  if moves and redis.call('EXISTS', prefix .. 'talk:case:' .. id) == 1 then return {'refused', 'in_hand_off'} end
  local at = string.format('%.0f', now_ms())
  redis.call('HSET', key, 'a', args[3], 't', at, 'c', id, 'p', redis.call('GET', prefix .. 'case:' .. id),
    's', redis.call('ZSCORE', prefix .. 'queue', id), 'n', holder(prefix, id)[2], 'to', args[7])
  redis.call('PEXPIRE', key, DESK_ACT_MS)
  rewrite(prefix, id, args[4], args[5])
  if args[7] == '' then redis.call('DEL', claim_key(prefix, id)) end
  if moves and args[7] ~= '' then lease(prefix, id, args[7], args[8], args[6]) end
  changed(prefix, id)
  return {'done', at}
end

-- keys: prefix; args: act's name, account, within_ms, lease_ms.
-- {'done', case id} | {'refused', 'gone' | 'foreign' | 'too_late'}. A case that somebody else has taken meanwhile stays theirs.
local function desk_undo(keys, args)
  local prefix, key = keys[1], desk_act_key(keys[1], args[1])
  local account, at, id, packed, score, name, to, is_undone = unpack(redis.call('HMGET', key, 'a', 't', 'c', 'p', 's', 'n', 'to', 'x'))
  if not account then return {'refused', 'gone'} end
  if account ~= args[2] then return {'refused', 'foreign'} end
  if is_undone then return {'done', id} end
  if now_ms() - tonumber(at) > tonumber(args[3]) then return {'refused', 'too_late'} end
  if not is_open(prefix, id) then return {'refused', 'gone'} end
  redis.call('HSET', key, 'x', '1')
  rewrite(prefix, id, packed, score)
  local held = holder(prefix, id)
  if to ~= '=' and (not held or held[1] == to) then lease(prefix, id, account, name, args[4]) end
  changed(prefix, id)
  return {'done', id}
end

-- keys: prefix; args: case id, keep_ms. A case that nobody need decide any more, whoever has it; also one that has not come yet.
local function drop(keys, args)
  leave_queue(keys[1], args[1], 'house', 'dropped', args[2])
  return 1
end

redis.register_function('alongside_drop', drop)
redis.register_function('alongside_desk_act', desk_act)
redis.register_function('alongside_desk_undo', desk_undo)
