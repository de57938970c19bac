#!lua name=alongside_audit

-- The moderators' log: a stream of sealed entries, and its head "count.seal". Seals are made outside (Redis holds no key).

-- keys: stream, head; args: the head this entry follows, the new head, packed entry, seal.
-- 1 when appended; 0 when another entry was quicker: seal anew and try again.
local function log(keys, args)
  if (redis.call('GET', keys[2]) or '') ~= args[1] then return 0 end
  redis.call('XADD', keys[1], '*', 'e', args[3], 's', args[4])
  redis.call('SET', keys[2], args[2])
  return 1
end

redis.register_function('alongside_log', log)
