import type { Change } from "../engine.ts";

/** Seconds by which Redis keeps things beyond their end: expiry is decided by the reader, whose clock may be behind. */
const slack = 60;
/** Seconds for which news is kept for readers that were cut off: longer than any cache of theirs can be trusted. */
const newsMemory = 86_400;

/**
 * One atomic step in Redis: compare, then write. KEYS: all that it touches. ARGV[1]: see `renderCommit`.
 * An index is a sorted set scored by the end of each membership; stale members leave as others join.
 */
export const commitScript = `
local change = cjson.decode(ARGV[1])
for _, e in ipairs(change.expect) do
  if (redis.call('GET', KEYS[e[1]]) or '') ~= e[2] then return 0 end
end
for _, w in ipairs(change.write) do
  if w[2] == '' then redis.call('DEL', KEYS[w[1]])
  elseif w[3] == 0 then redis.call('SET', KEYS[w[1]], w[2])
  else redis.call('SET', KEYS[w[1]], w[2], 'EX', w[3]) end
end
for _, j in ipairs(change.join) do
  local index = KEYS[j[1]]
  redis.call('ZADD', index, j[3], j[2])
  redis.call('ZREMRANGEBYSCORE', index, '-inf', change.now)
  local last = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')[2]
  if last == 'inf' then redis.call('PERSIST', index)
  elseif last then redis.call('EXPIRE', index, math.ceil(tonumber(last) - tonumber(change.now)) + ${slack}) end
end
for _, l in ipairs(change.leave) do redis.call('ZREM', KEYS[l[1]], l[2]) end
for _, event in ipairs(change.publish) do
  local oldest = (redis.call('TIME')[1] - ${newsMemory}) * 1000
  redis.call('XADD', KEYS[#KEYS], 'MINID', '~', string.format('%.0f', oldest), '*', 'event', event)
end
return 1`;

/**
 * The script's keys and argument. The last key is the feed's. In the argument keys are named by their place.
 * @param now seconds since the epoch, by the store's own clock
 */
export function renderCommit(change: Change, now: number, prefix: string, feedKey: string) {
  const places = new Map<string, number>();
  const place = (key: string): number => {
    const known = places.get(key) ?? places.size + 1;
    places.set(key, known);
    return known;
  };
  const { expect = [], write = [], join = [], leave = [], publish = [] } = change;
  const argument = JSON.stringify({
    now: String(now),
    expect: expect.map(({ key, text = "" }) => [place(key), text]),
    write: write.map(({ key, text = "", expiresAt }) => [place(key), text, secondsToKeep(expiresAt, now)]),
    join: join.map(({ index, member, expiresAt }) => [place(index), member, String(expiresAt ?? "+inf")]),
    leave: leave.map(({ index, member }) => [place(index), member]),
    publish: publish.map((event) => JSON.stringify(event)),
  });
  return { keys: [...[...places.keys()].map((key) => prefix + key), feedKey], arguments: [argument] };
}

/** 0: for ever. */
function secondsToKeep(expiresAt: number | undefined, now: number): number {
  return expiresAt === undefined ? 0 : Math.max(1, Math.ceil(expiresAt - now) + slack);
}
