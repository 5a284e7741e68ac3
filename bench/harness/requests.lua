-- Requests of wrk.ts. Arguments: kind, file of paths or account ids, key, mark of vend ids.
local lines, at, kind, key, mark = {}, 0, nil, nil, nil

function init(args)
  kind, key, mark = args[1], args[3], args[4]
  for line in io.lines(args[2]) do lines[#lines + 1] = line end
  if kind == "get" then
    -- Requests are made once: making them again each time would slow the generator.
    for i, path in ipairs(lines) do
      lines[i] = wrk.format("GET", path, { authorization = "Bearer " .. key })
    end
  end
end

function request()
  at = at + 1
  local line = lines[(at - 1) % #lines + 1]
  if kind == "get" then return line end
  local body = '{"account_id":"' .. line .. '","amount":"1.00","currency":"EUR","tender":{"type":"cash"},"terminal_id":"bench"}'
  local headers = { authorization = "Bearer " .. key, ["content-type"] = "application/json" }
  return wrk.format("PUT", "/v1/vends/" .. mark .. at, headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"errors":%d,"p50Ms":%.4f,"p99Ms":%.4f}\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
