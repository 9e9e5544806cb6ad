-- wrk asks for the paths of a file in turn.
local paths = {}
for line in io.lines(os.getenv('PATHS')) do paths[#paths + 1] = line end
local asked = 0
request = function()
  asked = asked % #paths + 1
  return wrk.format('GET', paths[asked])
end
