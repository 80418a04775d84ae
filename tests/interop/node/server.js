// npm's `xmlrpc` server with methods to call. Prints {"port": N} when it listens, serves until its stdin closes.

// The library takes dates for local time, and is an hour wrong where that is ahead of UTC by a part of an hour.
process.env.TZ = 'UTC';

const xmlrpc = require('xmlrpc');

const everyType = {
  int: -(2 ** 31),
  boolean: true,
  double: 0.1,
  string: ' a\tb\n<&> é😀 ',
  base64: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  dateTime: new Date(2024, 1, 29, 12, 34, 56),
  array: [1, [], ['two']],
  struct: { b: 1, '': {} },
  nil: null,
};

const methods = {
  add: ([a, b]) => a + b,
  echo: ([value]) => value,
  describe: ([value]) => describe(value),
  every_type: () => everyType,
};

const server = xmlrpc.createServer({ host: '127.0.0.1', port: 0 }, () => {
  console.log(JSON.stringify({ port: server.httpServer.address().port }));
});
for (const [name, method] of Object.entries(methods)) {
  server.on(name, (_, params, answer) => answer(null, method(params)));
}
server.on('fail', (_, [faultCode, faultString], answer) => answer({ faultCode, faultString }));

// What the server saw, in words that are the same for all servers.
function describe(value) {
  if (value === null) return 'nil';
  if (typeof value === 'boolean') return `boolean ${Number(value)}`;
  if (typeof value === 'string') return `string ${hex(value)}`;
  if (typeof value === 'number') return Number.isInteger(value) ? `int ${value}` : `double ${double(value)}`;
  if (Buffer.isBuffer(value)) return `base64 ${value.toString('hex')}`;
  if (value instanceof Date) return `dateTime ${date(value)}`;
  if (Array.isArray(value)) return `array[${value.map(describe).join(', ')}]`;
  const members = Object.entries(value).map(([name, member]) => `${hex(name)}: ${describe(member)}`);
  return `struct{${members.sort().join(', ')}}`;
}

function hex(text) {
  return Buffer.from(text).toString('hex');
}

function double(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(number);
  return bytes.toString('hex');
}

function date(moment) {
  const [year, ...others] = [
    moment.getFullYear(), moment.getMonth() + 1, moment.getDate(),
    moment.getHours(), moment.getMinutes(), moment.getSeconds(),
  ];
  const [month, day, hours, minutes, seconds] = others.map((number) => String(number).padStart(2, '0'));
  return `${year}${month}${day}T${hours}:${minutes}:${seconds}`;
}

process.stdin.on('end', () => process.exit()).resume();
