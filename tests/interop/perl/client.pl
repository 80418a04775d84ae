# Perl's RPC::XML::Client against our server: `client.pl URL FEATURE`. One JSON line for each check.

use strict;
use warnings;
use utf8;

use JSON::PP;
use RPC::XML ':types';
use RPC::XML::Client;

my ($url, $feature) = @ARGV;
my $json = JSON::PP->new->ascii->canonical;
my $client = client(keep_alive => 1);
$| = 1;

my %features = (
    validator1 => sub {
        my @stooges = map { stooges(@$_) } [1, 2, -7], [5, 6, 60], [9, 10, 0];
        equal('arrayOfStructsTest', call('validator1.arrayOfStructsTest', \@stooges), RPC_INT(53));
        my $counts = call('validator1.countTheEntities', RPC_STRING(q{<<>&'""&amp;''é}));
        my %counted = (LeftAngleBrackets => 2, RightAngleBrackets => 1, Ampersands => 2, Apostrophes => 3, Quotes => 2);
        equal('countTheEntities', $counts, { map { ("ct$_" => $counted{$_}) } keys %counted });
        equal('easyStructTest', call('validator1.easyStructTest', stooges(1, -20, 300)), RPC_INT(281));
        echoed('validator1.echoStructTest', everything());
        my @many = (
            RPC_INT(7), RPC_BOOLEAN(1), RPC_STRING('<text>'), RPC_DOUBLE(-2.5),
            RPC_DATETIME_ISO8601('19980717T14:08:55'), RPC_BASE64("\0\xff"),
        );
        equal('manyTypesTest', call('validator1.manyTypesTest', @many), \@many);
        my @words = map { RPC_STRING("Ä$_&") } 0 .. 149;
        equal('moderateSizeArrayCheck', call('validator1.moderateSizeArrayCheck', \@words), RPC_STRING('Ä0&Ä149&'));
        my %year = map { my $month = sprintf '%02d', $_; ($month => { '01' => {}, '02' => {} }) } 1 .. 12;
        $year{'04'}{'01'} = stooges(4, 5, 6);
        equal('nestedStructTest', call('validator1.nestedStructTest', { 2000 => \%year, 2001 => {} }), RPC_INT(15));
        my %multiples = (times10 => RPC_INT(-30), times100 => RPC_INT(-300), times1000 => RPC_INT(-3000));
        equal('simpleStructReturnTest', call('validator1.simpleStructReturnTest', -3), \%multiples);
    },

    interop_echo_tests => sub {
        my $toolkit = call('interopEchoTests.whichToolkit');
        equal('whichToolkit', $toolkit->{toolkitName}, RPC_STRING('tagwire'));
        equal('noInParams', call('interopEchoTests.noInParams'), RPC_INT(0));
        my %values = (
            echoValue        => [RPC_STRING('text'), everything(), [RPC_INT(1), [RPC_BOOLEAN(0)]]],
            echoString       => [RPC_STRING(''), RPC_STRING(" <&>'\"\n\t")],
            echoInteger      => [RPC_INT(0), RPC_INT(-1), RPC_INT(2**31 - 1)],
            echoBoolean      => [RPC_BOOLEAN(1), RPC_BOOLEAN(0)],
            echoFloat        => [RPC_DOUBLE(0.1), RPC_DOUBLE(-1.5e300)],
            echoStruct       => [RPC::XML::struct->new, everything()],
            echoDate         => [RPC_DATETIME_ISO8601('19980717T14:08:55')],
            echoBase64       => [RPC_BASE64(''), RPC_BASE64(every_byte())],
            echoStringArray  => [[], [RPC_STRING('a'), RPC_STRING(''), RPC_STRING('<&>')]],
            echoIntegerArray => [[], [RPC_INT(0), RPC_INT(-1)]],
            echoFloatArray   => [[], [RPC_DOUBLE(0.5), RPC_DOUBLE(-2.25)]],
            echoStructArray  => [[], [{}, everything(), { x => [{}] }]],
        );
        for my $name (sort keys %values) {
            echoed("interopEchoTests.$name", $_) for @{ $values{$name} };
        }
    },

    numbers => sub {
        both_ways(RPC_INT($_), "int $_") for 0, 1, -1, 2**31 - 1, -2**31;
        both_ways(RPC_I8($_), "i8 $_") for '2147483648', '-2147483649', '9223372036854775807', '-9223372036854775808';
        equal('i4 is int', call('describe', RPC_I4(7)), RPC_STRING('int 7'));
        equal('a plain number is an int', call('describe', 7), RPC_STRING('int 7'));
        equal('or an i8, by its size', call('describe', 5_000_000_000), RPC_STRING('i8 5000000000'));
        equal('text of digits is an int too', call('describe', '42'), RPC_STRING('int 42'));
        both_ways(RPC_BOOLEAN(1), 'boolean true');
        both_ways(RPC_BOOLEAN(0), 'boolean false');
        echoed('echo', RPC_DOUBLE($_)) for 0.0, 1.5, -2.25, 0.1, 1e300, -1e300, 1e22, 1.7976931348623157e308;
        equal('a double is read', call('describe', RPC_DOUBLE(0.1)), RPC_STRING('double 0.1'));
        # It writes 20 decimal places, so a small number loses digits and a tiny one all of them.
        equal('a small double', call('describe', RPC_DOUBLE(1.23456789012e-15)), RPC_STRING('double 0.00000000000000123457'));
        equal('a tiny double', call('describe', RPC_DOUBLE(5e-324)), RPC_STRING('double 0'));
    },

    text => sub {
        # The request says us-ascii and is UTF-8.
        my %texts = texts();
        for my $name (sort keys %texts) {
            my $text = $texts{$name};
            my $points = join ' ', map { sprintf '%X', ord } split //, $text;
            equal("$name: is read", call('code_points', RPC_STRING($text)), RPC_STRING($points));
            equal("$name: is written", call('from_code_points', RPC_STRING($points)), RPC_STRING($text));
            echoed('echo', { $text => RPC_INT(1) });
        }
        {
            local $RPC::XML::ENCODING = 'utf-8';
            echoed('echo', RPC_STRING('said to be UTF-8: é 漢 😀'));
        }
        equal('a carriage return is written', call('from_code_points', '61 D A 62'), RPC_STRING("a\r\nb"));
        equal('and sent as a reference', call('code_points', RPC_STRING("a\r\nb")), RPC_STRING('61 D A 62'));
    },

    dates => sub {
        both_ways(RPC_DATETIME_ISO8601($_), "dateTime.iso8601 $_") for '19980717T14:08:55', '20240229T23:59:59Z';
        equal(
            'a hyphened date loses its hyphens before it is sent',
            call('describe', RPC_DATETIME_ISO8601('1998-07-17T14:08:55')),
            RPC_STRING('dateTime.iso8601 19980717T14:08:55'),
        );
        equal('text that looks like a date is one', call('describe', '19980717T14:08:55'), RPC_STRING('dateTime.iso8601 19980717T14:08:55'));
    },

    bytes => sub {
        both_ways(RPC_BASE64(every_byte()), 'base64 ' . unpack 'H*', every_byte());
        both_ways(RPC_BASE64(''), 'base64 ');
        echoed('echo', RPC_BASE64(every_byte() x 1000));
    },

    containers => sub {
        both_ways([], 'array of 0');
        both_ways([RPC_INT(1), RPC_STRING('two'), RPC_DOUBLE(3.5), [], {}, [[RPC_BOOLEAN(1)]]], 'array of 6');
        both_ways({}, 'struct of 0');
        both_ways({ b => 1, a => [{ x => RPC_STRING('y') }], '' => RPC_STRING(''), ' blank ' => 2, 'ключ<&>' => 3 }, 'struct of 5');
        my $deep = RPC_STRING('deep');
        $deep = [$deep] for 1 .. 63;
        echoed('echo', $deep);
        fault('65 levels', -32600, qr/./, call('echo', [[$deep]]));
    },

    nil => sub {
        my $without = RPC::XML::nil->new;
        report('nil has to be allowed to be made', !defined $without, $RPC::XML::ERROR, 'an error');
        equal('but not to be read', call('nothing'), RPC::XML::nil->new(undef, 'as its parser does'));
        local $RPC::XML::ALLOW_NIL = 1;
        both_ways(RPC_NIL, 'nil');
        echoed('echo', [RPC_NIL, RPC_INT(1), { a => RPC_NIL }]);
        equal('undef is nil', call('describe', undef), RPC_STRING('nil'));
        equal('nothing is nil', call('nothing'), RPC_NIL);
    },

    faults => sub {
        fault('code and text', 42, qr/^cannot divide 1 by <zero> & co: ∞$/, call('div', 1, 0));
        fault("code $_", $_, qr/^text$/, call('fail', $_, 'text')) for 1, -1, 2**31 - 1, -2**31;
        fault('no text', 7, qr/^$/, call('fail', 7, RPC_STRING('')));
        fault('code 0', 0, qr/^zero$/, call('fail', 0, 'zero'));
        fault('too few arguments', -32602, qr/./, call('add', 1));
        fault('an argument of another type', -32602, qr/./, call('add', RPC_STRING('s3cret'), 2));
        equal('and it still works', call('add', 2, 3), RPC_INT(5));
        my $nowhere = RPC::XML::Client->new("$url/nowhere");
        my $text = $nowhere->send_request('add', 1, 2);
        report('another path is an error of HTTP', $text =~ /HTTP server error: Not Found/, $text, 'Not Found');
    },

    unknown_method => sub {
        fault('no such method', -32601, qr/no\.such/, call('no.such'));
        fault('nor by another case', -32601, qr/ADD/, call('ADD', 1, 2));
    },

    introspection => sub {
        my @names = @{ call('system.listMethods')->value };
        report('listMethods is sorted', "@names" eq join(' ', sort @names), "@names", 'sorted');
        my %names = map { $_ => 1 } @names;
        for my $name (qw(add validator1.easyStructTest interopEchoTests.echoValue system.listMethods system.multicall)) {
            report("listMethods has $name", $names{$name}, "@names", $name);
        }
        equal('methodHelp', call('system.methodHelp', 'add'), RPC_STRING('Adds two integers.'));
        equal('methodHelp of nothing', call('system.methodHelp', 'nothing'), RPC_STRING(''));
        equal('methodSignature', call('system.methodSignature', 'add'), [[map { RPC_STRING('int') } 1 .. 3]]);
        equal('methodSignature of a struct', call('system.methodSignature', 'validator1.easyStructTest'), [[RPC_STRING('int'), RPC_STRING('struct')]]);
        fault('methodSignature of no method', -32601, qr/no\.such/, call('system.methodSignature', 'no.such'));
    },

    multicall => sub {
        my $results = call('system.multicall', [
            { methodName => 'add', params => [1, 2] },
            { methodName => 'div', params => [1, 0] },
            { methodName => 'no.such', params => [] },
            { methodName => 'system.multicall', params => [[]] },
            { methodName => 'echo', params => [[[], {}]] },
            { methodName => 'add', params => [3, 4] },
        ]);
        my @codes = map { $_->type eq 'struct' ? $_->{faultCode}->value : 'value' } @$results;
        equal('which failed', RPC_STRING("@codes[0 .. 2, 4, 5]"), RPC_STRING('value 42 -32601 value value'));
        report('a multicall in it fails', $codes[3] ne 'value', $codes[3], 'a fault');
        equal('the first', $results->[0], [RPC_INT(3)]);
        equal('the text of a fault', $results->[1]{faultString}, RPC_STRING('cannot divide 1 by <zero> & co: ∞'));
        equal('an array in its envelope', $results->[4], [[[], {}]]);
        equal('the last', $results->[5], [RPC_INT(7)]);
        equal('none', call('system.multicall', []), []);
    },

    big_string => sub {
        my $text = 'tagwire<é>' x 80_000;
        equal('1 MB comes', call('repeat', RPC_STRING('x' x 1000), 1000), RPC_STRING('x' x 1_000_000));
        equal('1 MB goes', call('count', RPC_STRING('x' x 1_000_000)), RPC_INT(1_000_000));
        # Above a size it sends from a temporary file.
        $client->message_file_thresh(1000);
        equal('1 MB goes from a file', call('count', RPC_STRING('x' x 1_000_000)), RPC_INT(1_000_000));
        echoed('echo', RPC_STRING(substr $text, 0, 400_000));
    },

    keep_alive => sub {
        my %ports = map { (call('port')->value => 1) } 1 .. 100;
        report('a hundred calls on one connection', 1 == keys %ports, join(' ', keys %ports), 'one port');
        # What it does unless told otherwise; the header is `Connection: TE, close`.
        $client = client();
        equal('it closes', call('header', 'connection'), RPC_STRING('TE, close'));
        my ($first, $second) = map { call('port')->value } 1 .. 2;
        report('and connects again', $first != $second, "$first $second", 'two ports');
    },

    compression => sub {
        # It understands deflate alone, and is answered without.
        equal('it asks for deflate', call('header', 'accept-encoding'), RPC_STRING('deflate'));
        equal('a large reply comes', call('repeat', 'ab', 10_000), RPC_STRING('ab' x 10_000));
        equal('as it is', call('previous_encoding'), RPC_STRING(''));
        $client->compress_requests(1);
        equal('a small request is sent as it is', call('count', RPC_STRING('x')), RPC_INT(1));
        equal('a large request is deflated', call('count', RPC_STRING('é' x 100_000)), RPC_INT(100_000));
        $client->message_file_thresh(1000);
        equal('one from a file is too', call('count', RPC_STRING('é' x 100_000)), RPC_INT(100_000));
        $client->compress_thresh(1);
        equal('and any from a size that can be set', call('header', 'content-encoding'), RPC_STRING('deflate'));
    },
);

($features{$feature} || die "no feature $feature\n")->();

sub client {
    return RPC::XML::Client->new("$url/RPC2", useragent => [@_]);
}

# The result as an object that knows its type, a fault's too; or the text of another error.
sub call {
    return $client->send_request(@_);
}

sub echoed {
    my ($method, $value) = @_;
    equal("$method of " . shown($value), call($method, $value), $value);
}

# `describe` tells what the server read, so that two mistakes cannot undo each other.
sub both_ways {
    my ($value, $described) = @_;
    equal(shown($value) . ' is read', call('describe', $value), RPC_STRING($described));
    echoed('echo', $value);
}

sub equal {
    my ($check, $got, $want) = @_;
    ($got, $want) = (shown($got), shown($want));
    report($check, $got eq $want, $got, $want);
}

sub fault {
    my ($check, $code, $text, $got) = @_;
    my $ok = ref $got && $got->is_fault && $got->code == $code && $got->string =~ $text;
    report($check, $ok, shown($got), "fault $code $text");
}

sub report {
    my ($check, $ok, $got, $want) = @_;
    my @shortened = map { length > 400 ? substr($_, 0, 300) . '...' : $_ } $check, "$got", "$want";
    print $json->encode({ check => $shortened[0], ok => $ok ? JSON::PP::true : JSON::PP::false, got => $shortened[1], want => $shortened[2] }), "\n";
}

# A text that differs where values or their types do. The members of a struct have no order here.
sub shown {
    my ($value) = @_;
    return $value if !ref $value;
    $value = RPC::XML::smart_encode($value);
    return 'fault ' . $value->code . ' ' . $value->string if $value->is_fault;
    my $type = $value->type;
    return '[' . join(', ', map { shown($_) } @$value) . ']' if $type eq 'array';
    return '{' . join(', ', map { "$_: " . shown($value->{$_}) } sort keys %$value) . '}' if $type eq 'struct';
    return 'nil' if $type eq 'nil';
    return 'double ' . sprintf '%.17g', $value->value if $type eq 'double';
    return 'base64 ' . unpack 'H*', $value->value if $type eq 'base64';
    return "$type " . $value->value;
}

sub stooges {
    my %stooges;
    @stooges{qw(moe larry curly)} = map { RPC_INT($_) } @_;
    return \%stooges;
}

sub everything {
    return {
        int => RPC_INT(1), text => RPC_STRING('<&>'), yes => RPC_BOOLEAN(1), half => RPC_DOUBLE(0.5),
        date => RPC_DATETIME_ISO8601('19980717T14:08:55'), bytes => RPC_BASE64("\0\xff"),
        list => [RPC_INT(1), RPC_STRING('two'), [RPC_INT(3)]], inner => { '' => {}, 'x y' => [] },
    };
}

sub every_byte {
    return pack 'C*', 0 .. 255;
}

sub texts {
    return (
        empty => '', blanks => " \t\n ", padded => '  padded ', markup => q{<a href="x">&amp; ]]> <![CDATA[ 'q' </string>},
        latin => 'Grüße, señor Ærø', cjk => '漢字かな 한국어', 'right to left' => 'שלום عليكم', combining => "e\x{301} \x{928}\x{93f}",
        astral => "😀 𝄞 𠜎 \x{10fffd}", joined => '👩‍👩‍👧‍👦', separators => "\x{85} \x{a0} \x{2028} \x{200b} \x{feff}",
        edges => "\x{d7ff}\x{e000}\x{fffd}\x{10000}",
    );
}
