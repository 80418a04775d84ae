<?php
// The xmlrpc extension under PHP's built-in server: run as a program it starts that server with itself as the script,
// prints {"port": N} when it listens, and serves until its stdin closes.

if (PHP_SAPI === 'cli') {
    // Killed as soon as this process ends, however it does.
    $command = ['setpriv', '--pdeathsig', 'KILL', PHP_BINARY, '-S', '127.0.0.1:0', __FILE__];
    $server = proc_open($command, [2 => ['pipe', 'w']], $pipes);
    while (!preg_match('~\(http://127\.0\.0\.1:(\d+)\) started~', $line = fgets($pipes[2]), $match)) {
        $line === false && exit('the server did not start');
    }
    echo json_encode(['port' => (int) $match[1]]), "\n";

    // What it logs is read, so that it does not wait for a reader.
    $log = $pipes[2];
    do {
        [$readable, $nothing] = [[STDIN, $log], null];
        stream_select($readable, $nothing, $nothing, null);
        in_array($log, $readable) && fread($log, 65536);
    } while (!in_array(STDIN, $readable) || !(fread(STDIN, 1) === '' && feof(STDIN)));
    exit;
}

$methods = [
    'add' => fn ($a, $b) => $a + $b,
    'echo' => fn ($value) => $value,
    'describe' => fn ($value) => describe($value),
    'every_type' => fn () => every_type(),
    'nothing' => fn () => null,
    // An array with these members is a fault.
    'fail' => fn ($code, $string) => ['faultCode' => $code, 'faultString' => $string],
];

$server = xmlrpc_server_create();
foreach ($methods as $name => $method) {
    xmlrpc_server_register_method($server, $name, fn ($name, $params) => $method(...$params));
}
xmlrpc_server_register_introspection_callback($server, 'introspection');
header('Content-Type: text/xml; charset=utf-8');
$options = ['encoding' => 'UTF-8', 'escaping' => 'markup', 'verbosity' => 'no_white_space'];
echo xmlrpc_server_call_method($server, file_get_contents('php://input'), null, $options);

// What the server saw, in words that are the same for all servers.
function describe($value)
{
    return match (true) {
        is_null($value) => 'nil',
        is_bool($value) => 'boolean ' . (int) $value,
        is_int($value) => "int $value",
        is_float($value) => 'double ' . bin2hex(pack('E', $value)),
        is_string($value) => 'string ' . bin2hex($value),
        is_object($value) && $value->xmlrpc_type === 'datetime' => "dateTime $value->scalar",
        is_object($value) && $value->xmlrpc_type === 'base64' => 'base64 ' . bin2hex($value->scalar),
        array_is_list($value) => 'array[' . implode(', ', array_map('describe', $value)) . ']',
        default => 'struct{' . implode(', ', describe_members($value)) . '}',
    };
}

function describe_members($members)
{
    $described = [];
    foreach ($members as $name => $member) {
        $described[] = bin2hex($name) . ': ' . describe($member);
    }
    sort($described, SORT_STRING);
    return $described;
}

function every_type()
{
    $bytes = implode('', array_map('chr', range(0, 255)));
    $date = '20240229T12:34:56';
    xmlrpc_set_type($bytes, 'base64');
    xmlrpc_set_type($date, 'datetime');
    return [
        'int' => -2147483648,
        'boolean' => true,
        'double' => 0.5,
        'string' => " a\tb\n<&> é😀 ",
        'base64' => $bytes,
        'dateTime' => $date,
        'array' => [1, [], ['two']],
        'struct' => ['b' => 1, 'c' => ['d' => 2]],
    ];
}

function introspection()
{
    return <<<'XML'
        <?xml version="1.0"?>
        <introspection version="1.0">
         <methodList>
          <methodDescription name="add">
           <purpose>Adds two numbers.</purpose>
           <signatures>
            <signature>
             <params>
              <value type="int" name="a"/>
              <value type="int" name="b"/>
             </params>
             <returns>
              <value type="int"/>
             </returns>
            </signature>
           </signatures>
          </methodDescription>
         </methodList>
        </introspection>
        XML;
}
