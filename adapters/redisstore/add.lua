-- Raises the level of KEYS[1] by ARGV[1] unless it were more than ARGV[2] then: the
-- arithmetic of ratelimit.Memory. All is in microseconds. The key holds the time at
-- which the level is zero, and is gone by then. Returns whether it did, and the level.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local cost, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local level = math.max((tonumber(redis.call('GET', KEYS[1]) or '') or 0) - now, 0)
local write, taken = false, 0
if level > capacity then
	level, write = capacity, true
end
if level + cost <= capacity then
	level, write, taken = level + cost, write or cost > 0, 1
end
if write then
	redis.call('SET', KEYS[1], string.format('%.0f', now + level), 'PX', string.format('%.0f', math.max(math.ceil(level / 1000), 1)))
end
return {taken, level}
