-- Applies the entries of a journal from a position on and moves the position behind them, all at
-- once or not at all.
--
-- KEYS[1]  hash: journal -> the sequence after the last entry that is in the keys
-- KEYS[2]  list: what could not be applied
-- ARGV[1]  the journal
-- ARGV[2]  the position that we know of
-- ARGV[3]  the sequence after the last one
-- ARGV[4]  JSON: [[command, argument...], ...]; the command "BLOCK" is ours
-- Returns ARGV[3]; or the position, and nothing is done, if it was not ARGV[2].

local before = redis.call('HGET', KEYS[1], ARGV[1]) or '0'
if before ~= ARGV[2] then
  return before
end
-- A server that takes no writes (no memory, a replica, a failing disk) says so here, before
-- anything is changed. From here on nothing may end the script.
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])

local function aside(operation, reply)
  redis.pcall('RPUSH', KEYS[2], cjson.encode({error = reply.err, operation = operation}))
end

local function run(operation, ...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then
    aside(operation, reply)
    return nil
  end
  return reply
end

-- Ends the round of a currency, and the slices of all share chains that have worked in it.
local function block(operation)
  local found = operation[2]
  local mark = 'powerpool_block_' .. found.hash
  -- Front ends delete a block when they have it: our own mark tells a second report of it.
  if not run(operation, 'SET', mark, '1', 'NX', 'EX', '2592000') then
    return
  end
  local current = 'current_block_' .. found.currency .. '_' .. found.algo
  local solved = 'unproc_block_' .. found.hash
  run(operation, 'HSET', current, 'solve_time', found.time)
  local fields = run(operation, 'HKEYS', current) or {}
  run(operation, 'RENAME', current, solved)
  run(operation, 'HSET', current, 'start_time', found.time)
  for _, field in ipairs(fields) do
    local chain = string.match(field, '^chain_(%d+)_shares$')
    if chain then
      local slice = 'chain_' .. chain .. '_slice'
      local index = run(operation, 'INCR', slice .. '_index')
      if index then
        run(operation, 'HSET', current, 'chain_' .. chain .. '_start_index', index)
        if run(operation, 'EXISTS', slice) == 1 then
          run(operation, 'RENAMENX', slice, slice .. '_' .. index)
        end
        run(operation, 'HSET', solved, 'chain_' .. chain .. '_solve_index', index)
      end
    end
  end
  for field, value in pairs(found.fields) do
    run(operation, 'HSET', solved, field, value)
  end
end

for _, operation in ipairs(cjson.decode(ARGV[4])) do
  if operation[1] == 'BLOCK' then
    block(operation)
  else
    run(operation, unpack(operation))
  end
end
return ARGV[3]
