-- The requests of wrk: create, read, update and list users, in turn. The arguments are the user to read and update,
-- and the body of the update.

local threads = 0

function setup(thread)
   threads = threads + 1
   thread:set("number", threads)
end

function init(arguments)
   user = "/users/" .. arguments[1]
   change = arguments[2]
   count = 0
end

function request()
   count = count + 1
   local turn = count % 4
   if turn == 0 then
      return wrk.format("GET", user)
   elseif turn == 1 then
      return wrk.format("GET", "/users?pageSize=10")
   elseif turn == 2 then
      return wrk.format("PUT", user, nil, change)
   end
   local address = string.format("%d.%d.%d@example.com", number, count, os.time())
   return wrk.format("POST", "/users", nil, '{"name": "Ada Lovelace", "email": "' .. address .. '"}')
end
