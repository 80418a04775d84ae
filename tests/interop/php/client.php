<?php
// PHP's extension xmlrpc against our server: `client.php URL FEATURE`. One JSON line for each check.
//
// The extension writes and reads documents, and leaves HTTP to PHP's streams.

declare(strict_types=1);

[, $url, $feature] = $argv;
const UTF8 = ['encoding' => 'utf-8', 'escaping' => 'markup'];

$features = [
    'validator1' => function () {
        $sum = call('validator1.arrayOfStructsTest', [stooges(1, 2, -7), stooges(5, 6, 60)]);
        equal('arrayOfStructsTest', $sum, 53);
        equal('countTheEntities', call('validator1.countTheEntities', '<<>&\'""&amp;\'\'é'), [
            'ctLeftAngleBrackets' => 2, 'ctRightAngleBrackets' => 1, 'ctAmpersands' => 2, 'ctApostrophes' => 3,
            'ctQuotes' => 2,
        ]);
        equal('easyStructTest', call('validator1.easyStructTest', stooges(1, -20, 300)), 281);
        equal('echoStructTest', call('validator1.echoStructTest', everything()), everything());
        $many = [7, true, '<text>', -2.5, typed('19980717T14:08:55', 'datetime'), typed("\0\xff", 'base64')];
        equal('manyTypesTest', call('validator1.manyTypesTest', ...$many), $many);
        $words = array_map(fn ($n) => "Ä$n&", range(0, 149));
        equal('moderateSizeArrayCheck', call('validator1.moderateSizeArrayCheck', $words), 'Ä0&Ä149&');
        // A name of digits is an index in PHP, and with one that is none the array is written as a struct.
        $months = array_map(fn ($month) => sprintf('%02d', $month), range(1, 12));
        $year = array_fill_keys($months, ['01' => 'empty']);
        $year['04'] = ['01' => stooges(4, 5, 6)];
        equal('nestedStructTest', call('validator1.nestedStructTest', ['2000' => $year, 'later' => []]), 15);
        fault('without that it is an array', -32602, '/struct/', call('validator1.nestedStructTest', ['2000' => $year]));
        $multiples = ['times10' => -30, 'times100' => -300, 'times1000' => -3000];
        equal('simpleStructReturnTest', call('validator1.simpleStructReturnTest', -3), $multiples);
    },

    'interop_echo_tests' => function () {
        equal('whichToolkit', call('interopEchoTests.whichToolkit')['toolkitName'], 'tagwire');
        equal('noInParams', call('interopEchoTests.noInParams'), 0);
        $values = [
            'echoValue' => ['text', everything(), [1, [false]]],
            'echoString' => ['', " <&>'\"\n\t"],
            'echoInteger' => [0, -1, 2147483647],
            'echoBoolean' => [true, false],
            'echoFloat' => [0.1, -1.5e300],
            'echoStruct' => [everything()],
            'echoDate' => [typed('19980717T14:08:55', 'datetime')],
            'echoBase64' => [typed('', 'base64'), typed(every_byte(), 'base64')],
            'echoStringArray' => [[], ['a', '', '<&>']],
            'echoIntegerArray' => [[], [0, -1]],
            'echoFloatArray' => [[], [0.5, -2.25]],
            'echoStructArray' => [[], [everything(), ['x' => [['y' => 1]]]]],
        ];
        foreach ($values as $name => $of_type) {
            foreach ($of_type as $value) {
                echoed("interopEchoTests.$name", $value);
            }
        }
        fault('an empty struct is sent as an array', -32602, '/struct/', call('interopEchoTests.echoStruct', (object) []));
    },

    'numbers' => function () {
        foreach ([0, 1, -1, 2147483647, -2147483648] as $number) {
            both_ways($number, "int $number");
        }
        // It is silent about what does not fit 32 bits, out and in: the upper half is lost, and i8 is nothing to it.
        equal('a larger int is cut before it is sent', call('describe', 5000000000), 'int 705032704');
        equal('an i8 is not read', call('validator1.simpleStructReturnTest', 2147483647), [
            'times10' => null, 'times100' => null, 'times1000' => null,
        ]);
        both_ways(true, 'boolean true');
        both_ways(false, 'boolean false');
        foreach ([0.0, -0.0, 1.5, -2.25, 0.1, 1e300, -1e300, PHP_FLOAT_MAX] as $number) {
            echoed('echo', $number);
        }
        equal('a double is sent with six places', call('describe', 1.23456789), 'double 1.234568');
        equal('and a small one with none', call('describe', 1e-7), 'double 0');
        equal('infinity', call('echo', INF), INF);
    },

    'text' => function () {
        foreach (texts() as $name => $text) {
            $points = code_points($text);
            equal("$name: is read", call('code_points', $text), $points);
            equal("$name: is written", call('from_code_points', $points), $text);
            echoed('echo', ["a$text" => 1]);
        }
        equal('a carriage return is written', call('from_code_points', '61 D A 62'), "a\r\nb");
        // It sends one as it is, and XML makes a newline of that.
        equal('a carriage return is read', call('code_points', "a\r\nb"), '61 A 62');

        // What it does unless told otherwise: a string is Latin-1, and sent as references.
        $latin1 = xmlrpc_encode_request('code_points', ["\xfc\xdf"]);
        equal('references', str_contains($latin1, '<string>&#252;&#223;</string>'), true);
        equal('Latin-1 by references', xmlrpc_decode(post($latin1)), 'FC DF');
        $raw = xmlrpc_encode_request('code_points', ["\xfc\xdf"], ['encoding' => 'iso-8859-1', 'escaping' => 'markup']);
        equal('raw Latin-1', str_contains($raw, "<string>\xfc\xdf</string>"), true);
        equal('is read as its declaration says', xmlrpc_decode(post($raw)), 'FC DF');
        $cdata = xmlrpc_encode_request('code_points', ['<ü&>'], ['encoding' => 'utf-8', 'escaping' => 'cdata']);
        equal('CDATA', [str_contains($cdata, '<![CDATA['), xmlrpc_decode(post($cdata))], [true, '3C FC 26 3E']);
        $request = xmlrpc_encode_request('from_code_points', ['FC DF'], UTF8);
        equal('a reply in Latin-1', xmlrpc_decode(post($request), 'iso-8859-1'), "\xfc\xdf");
    },

    'dates' => function () {
        both_ways(typed('19980717T14:08:55', 'datetime'), 'dateTime.iso8601 19980717T14:08:55');
        equal('read as a moment too', is_int(call('echo', typed('20240229T23:59:59', 'datetime'))->timestamp), true);
    },

    'bytes' => function () {
        both_ways(typed(every_byte(), 'base64'), 'base64 ' . bin2hex(every_byte()));
        both_ways(typed('', 'base64'), 'base64 ');
        // The lines of its base64 end in `&#10;`.
        $long = typed(str_repeat(every_byte(), 300), 'base64');
        equal('with references for line ends', str_contains(xmlrpc_encode_request('echo', [$long]), '&#10;'), true);
        echoed('echo', $long);
    },

    'containers' => function () {
        both_ways([], 'array of 0');
        both_ways([1, 'two', 3.5, [], ['a' => 1], [[true]]], 'array of 6');
        both_ways(['b' => 1, 'a' => [['x' => 'y']], ' blank ' => 2, 'ключ<&>' => 3], 'struct of 4');
        equal('an object is a struct', call('describe', (object) ['a' => 1, 'b' => 2]), 'struct of 2');
        equal('an empty one is an array', call('describe', (object) []), 'array of 0');
        equal('an empty name is sent', call('describe', ['' => 1, 'a' => 2]), 'struct of 2');
        equal('and comes back as an index', call('echo', ['' => 1, 'a' => 2]), [0 => 1, 'a' => 2]);
        $deep = 'deep';
        for ($level = 1; $level <= 63; $level++) {
            $deep = [$deep];
        }
        echoed('echo', $deep);
        fault('65 levels', -32600, '/./', call('echo', [$deep]));
    },

    'nil' => function () {
        equal('null is sent as an empty string', call('describe', null), 'string ');
        equal('nil is read', call('nothing'), null);
        $document = str_replace('<string/>', '<nil/>', xmlrpc_encode_request('echo', [[null, 1]], UTF8));
        equal('nil in an array', xmlrpc_decode(post($document)), [null, 1]);
    },

    'faults' => function () {
        fault('code and text', 42, '/^cannot divide 1 by <zero> & co: ∞$/', call('div', 1, 0));
        foreach ([1, -1, 2147483647, -2147483648] as $code) {
            fault("code $code", $code, '/^text$/', call('fail', $code, 'text'));
        }
        fault('no text', 7, '/^$/', call('fail', 7, ''));
        fault('code 0', 0, '/^zero$/', call('fail', 0, 'zero'));
        fault('too few arguments', -32602, '/./', call('add', 1));
        fault('an argument of another type', -32602, '/./', call('add', 's3cret', 2));
        equal('and it still works', call('add', 2, 3), 5);
        equal('another path is an error of HTTP', [post('', '/nowhere'), status()], ["No such page", 404]);
    },

    'unknown_method' => function () {
        fault('no such method', -32601, '/no\.such/', call('no.such'));
        fault('nor by another case', -32601, '/ADD/', call('ADD', 1, 2));
    },

    'introspection' => function () {
        $names = call('system.listMethods');
        $sorted = $names;
        sort($sorted, SORT_STRING);
        equal('listMethods is sorted', $names, $sorted);
        foreach (['add', 'validator1.easyStructTest', 'interopEchoTests.echoValue', 'system.multicall'] as $name) {
            equal("listMethods has $name", in_array($name, $names, true), true);
        }
        equal('methodHelp', call('system.methodHelp', 'add'), 'Adds two integers.');
        equal('methodHelp of nothing', call('system.methodHelp', 'nothing'), '');
        equal('methodSignature', call('system.methodSignature', 'add'), [['int', 'int', 'int']]);
        $signature = call('system.methodSignature', 'validator1.easyStructTest');
        equal('methodSignature of a struct', $signature, [['int', 'struct']]);
        fault('methodSignature of no method', -32601, '/no\.such/', call('system.methodSignature', 'no.such'));
    },

    'multicall' => function () {
        $item = fn ($name, ...$params) => ['methodName' => $name, 'params' => $params];
        $results = call(
            'system.multicall',
            [
                $item('add', 1, 2), $item('div', 1, 0), $item('no.such'), $item('system.multicall', []),
                $item('echo', [[], [1]]), $item('add', 3, 4),
            ],
        );
        equal('the first', $results[0], [3]);
        fault('the second fails alone', 42, '/∞/', $results[1]);
        fault('no such method', -32601, '/no\.such/', $results[2]);
        equal('a multicall in it fails', is_fault($results[3]), true);
        equal('an array in its envelope', $results[4], [[[], [1]]]);
        equal('the last', $results[5], [7]);
        equal('none', call('system.multicall', []), []);
    },

    'big_string' => function () {
        $text = str_repeat('x', 1000000);
        equal('1 MB comes', call('repeat', str_repeat('x', 1000), 1000), $text);
        equal('1 MB goes', call('count', $text), 1000000);
        echoed('echo', str_repeat('tagwire<é>', 40000));
    },

    'keep_alive' => function () {
        // PHP's streams have one connection for each request, in both versions of HTTP.
        foreach (['1.0', '1.1'] as $version) {
            $ports = [call_with(['protocol_version' => $version], 'port'), call_with(['protocol_version' => $version], 'port')];
            equal("HTTP/$version: a connection each", $ports[0] !== $ports[1], true);
            equal("HTTP/$version: which it says", call_with(['protocol_version' => $version], 'header', 'connection'), 'close');
        }
    },

    'compression' => function () {
        equal('it does not ask for gzip', call('header', 'accept-encoding'), '');
        equal('so a large reply comes', call('repeat', 'ab', 10000), str_repeat('ab', 10000));
        equal('as it is', call('previous_encoding'), '');

        // A program may do both by hand.
        $request = xmlrpc_encode_request('repeat', ['ab', 10000], UTF8);
        $reply = post($request, '/RPC2', ['Accept-Encoding: gzip']);
        equal('when asked it is gzip', xmlrpc_decode((string) gzdecode($reply)), str_repeat('ab', 10000));
        equal('which the server knows', call('previous_encoding'), 'gzip');
        $request = xmlrpc_encode_request('count', [str_repeat('é', 100000)], UTF8);
        $gzip = post(gzencode($request), '/RPC2', ['Content-Encoding: gzip']);
        equal('a request in gzip', xmlrpc_decode($gzip), 100000);
        $deflate = post(gzcompress($request), '/RPC2', ['Content-Encoding: deflate']);
        equal('and in deflate', xmlrpc_decode($deflate), 100000);
    },
];

($features[$feature] ?? exit("no feature $feature"))();

function call(string $method, mixed ...$arguments): mixed
{
    return call_with([], $method, ...$arguments);
}

function call_with(array $options, string $method, mixed ...$arguments): mixed
{
    return xmlrpc_decode(post(xmlrpc_encode_request($method, $arguments, UTF8), '/RPC2', [], $options), 'utf-8');
}

function post(string $document, string $path = '/RPC2', array $headers = [], array $options = []): string
{
    global $url, $http_status;
    $options += [
        'method' => 'POST', 'header' => ['Content-Type: text/xml', ...$headers], 'content' => $document,
        'ignore_errors' => true,
    ];
    $reply = file_get_contents($url . $path, false, stream_context_create(['http' => $options]));
    $http_status = (int) explode(' ', $http_response_header[0])[1];
    return $reply;
}

function status(): int
{
    global $http_status;
    return $http_status;
}

function echoed(string $method, mixed $value): void
{
    equal("$method of " . shown($value), call($method, $value), $value);
}

// `describe` tells what the server read, so that two mistakes cannot undo each other.
function both_ways(mixed $value, string $described): void
{
    equal(shown($value) . ' is read', call('describe', $value), $described);
    echoed('echo', $value);
}

function equal(string $check, mixed $got, mixed $want): void
{
    [$got, $want] = [shown($got), shown($want)];
    report($check, $got === $want, $got, $want);
}

function fault(string $check, int $code, string $text, mixed $got): void
{
    $ok = is_fault($got) && $got['faultCode'] === $code && preg_match($text, $got['faultString']) === 1;
    report($check, $ok, shown($got), "fault $code $text");
}

function is_fault(mixed $value): bool
{
    return is_array($value) && xmlrpc_is_fault($value);
}

function report(string $check, bool $ok, string $got, string $want): void
{
    $short = fn ($text) => strlen($text) > 400 ? substr($text, 0, 300) . '...' : $text;
    $line = ['check' => $short($check), 'ok' => $ok, 'got' => $short($got), 'want' => $short($want)];
    echo json_encode($line, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}

// A text that differs where values or their types do.
function shown(mixed $value): string
{
    if (is_object($value) && isset($value->xmlrpc_type)) {
        return "$value->xmlrpc_type " . ($value->xmlrpc_type === 'base64' ? bin2hex($value->scalar) : $value->scalar);
    }
    if (is_array($value)) {
        $items = [];
        foreach ($value as $name => $item) {
            $items[] = (array_is_list($value) ? '' : var_export($name, true) . ': ') . shown($item);
        }
        return '[' . implode(', ', $items) . ']';
    }
    return var_export($value, true);
}

function typed(string $value, string $type): object
{
    xmlrpc_set_type($value, $type);
    return $value;
}

function stooges(int $moe, int $larry, int $curly): array
{
    return ['moe' => $moe, 'larry' => $larry, 'curly' => $curly];
}

function everything(): array
{
    return [
        'int' => 1, 'text' => '<&>', 'yes' => true, 'half' => 0.5, 'date' => typed('19980717T14:08:55', 'datetime'),
        'bytes' => typed("\0\xff", 'base64'), 'list' => [1, 'two', [3]], 'inner' => ['x y' => []],
    ];
}

function every_byte(): string
{
    return implode('', array_map('chr', range(0, 255)));
}

function code_points(string $text): string
{
    $characters = preg_split('//u', $text, -1, PREG_SPLIT_NO_EMPTY);
    $point = fn ($character) => strtoupper(dechex(unpack('N', iconv('UTF-8', 'UCS-4BE', $character))[1]));
    return implode(' ', array_map($point, $characters));
}

function texts(): array
{
    return [
        'empty' => '', 'blanks' => " \t\n ", 'padded' => '  padded ',
        'markup' => '<a href="x">&amp; ]]> <![CDATA[ \'q\' </string>',
        'latin' => 'Grüße, señor Ærø', 'cjk' => '漢字かな 한국어', 'right to left' => 'שלום عليكم',
        'combining' => "e\u{301} \u{928}\u{93f}", 'astral' => "😀 𝄞 𠜎 \u{10fffd}", 'joined' => '👩‍👩‍👧‍👦',
        'separators' => "\u{85} \u{a0} \u{2028} \u{200b} \u{feff}", 'edges' => "\u{d7ff}\u{e000}\u{fffd}\u{10000}",
    ];
}
