/* The library xmlrpc-c against our server: `client URL FEATURE`. One JSON line for each check. */

#define _GNU_SOURCE

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xmlrpc-c/base.h>
#include <xmlrpc-c/client.h>

#define STOOGES "{s:i,s:i,s:i}"
#define EVERYTHING "{s:i,s:s,s:b,s:d,s:8,s:6,s:(is(i)),s:{s:{},s:()}}"
#define EVERYTHING_VALUES                                                                                   \
    "int", 1, "text", "<&>", "yes", 1, "half", 0.5, "date", "19980717T14:08:55", "bytes", "\0\xff", (size_t)2, \
        "list", 1, "two", 3, "inner", "", "x y"

static const char *url;
static xmlrpc_client *client;
/* What the last call failed with. */
static xmlrpc_env failure;
/* For what does not fail. */
static xmlrpc_env none;

static void connect_as(xmlrpc_dialect dialect);
static xmlrpc_env *fresh(void);
static void must_work(xmlrpc_env *env);
static xmlrpc_value *build(const char *format, ...);
static xmlrpc_value *call(const char *method, const char *format, ...);
static xmlrpc_value *call_with(const char *method, xmlrpc_value *params);
static void both_ways(xmlrpc_value *value, const char *described);
static void echoed(const char *method, xmlrpc_value *value);
static void equal(const char *check, xmlrpc_value *got, xmlrpc_value *want);
static void nearly(const char *check, xmlrpc_value *got, double want);
static void fault(const char *check, int code, const char *text, xmlrpc_value *got);
static void report(const char *check, bool ok, const char *got, const char *want);
static char *shown(xmlrpc_value *value);
static xmlrpc_value *repeated(const char *text, size_t times);
static xmlrpc_value *every_byte(size_t times);
static xmlrpc_value *nested(int depth);

static void validator1(void)
{
    equal("arrayOfStructsTest",
          call("validator1.arrayOfStructsTest", "((" STOOGES STOOGES "))",
               "moe", 1, "larry", 2, "curly", -7, "moe", 5, "larry", 6, "curly", 60),
          build("i", 53));
    equal("countTheEntities", call("validator1.countTheEntities", "(s)", "<<>&'\"\"&amp;''é"),
          build("{s:i,s:i,s:i,s:i,s:i}", "ctLeftAngleBrackets", 2, "ctRightAngleBrackets", 1, "ctAmpersands", 2,
                "ctApostrophes", 3, "ctQuotes", 2));
    equal("easyStructTest",
          call("validator1.easyStructTest", "(" STOOGES ")", "moe", 1, "larry", -20, "curly", 300), build("i", 281));
    echoed("validator1.echoStructTest", build(EVERYTHING, EVERYTHING_VALUES));
    equal("manyTypesTest",
          call("validator1.manyTypesTest", "(ibsd86)", 7, 1, "<text>", -2.5, "19980717T14:08:55", "\0\xff", (size_t)2),
          build("(ibsd86)", 7, 1, "<text>", -2.5, "19980717T14:08:55", "\0\xff", (size_t)2));

    xmlrpc_value *words = build("()");
    for (int n = 0; n < 150; n++) {
        char word[16];
        snprintf(word, sizeof word, "Ä%d&", n);
        xmlrpc_array_append_item(fresh(), words, build("s", word));
    }
    equal("moderateSizeArrayCheck", call("validator1.moderateSizeArrayCheck", "(V)", words), build("s", "Ä0&Ä149&"));

    xmlrpc_value *year = build("{}");
    for (int month = 1; month <= 12; month++) {
        char name[16];
        snprintf(name, sizeof name, "%02d", month);
        xmlrpc_value *days = month == 4 ? build("{s:" STOOGES "}", "01", "moe", 4, "larry", 5, "curly", 6)
                                        : build("{s:{},s:{}}", "01", "02");
        xmlrpc_struct_set_value(fresh(), year, name, days);
    }
    equal("nestedStructTest", call("validator1.nestedStructTest", "({s:V,s:{}})", "2000", year, "2001"),
          build("i", 15));
    equal("simpleStructReturnTest", call("validator1.simpleStructReturnTest", "(i)", -3),
          build("{s:i,s:i,s:i}", "times10", -30, "times100", -300, "times1000", -3000));
}

static void interop_echo_tests(void)
{
    xmlrpc_value *name = NULL;
    xmlrpc_struct_find_value(fresh(), call("interopEchoTests.whichToolkit", "()"), "toolkitName", &name);
    equal("whichToolkit", name, build("s", "tagwire"));
    equal("noInParams", call("interopEchoTests.noInParams", "()"), build("i", 0));
    echoed("interopEchoTests.echoValue", build("s", "text"));
    echoed("interopEchoTests.echoValue", build(EVERYTHING, EVERYTHING_VALUES));
    echoed("interopEchoTests.echoString", build("s", " <&>'\"\n\t"));
    echoed("interopEchoTests.echoInteger", build("i", INT32_MIN));
    echoed("interopEchoTests.echoBoolean", build("b", 0));
    echoed("interopEchoTests.echoFloat", build("d", -1.5e10));
    echoed("interopEchoTests.echoStruct", build("{}"));
    echoed("interopEchoTests.echoStruct", build(EVERYTHING, EVERYTHING_VALUES));
    echoed("interopEchoTests.echoDate", build("8", "19980717T14:08:55"));
    echoed("interopEchoTests.echoBase64", every_byte(1));
    echoed("interopEchoTests.echoStringArray", build("(sss)", "a", "", "<&>"));
    echoed("interopEchoTests.echoIntegerArray", build("(ii)", 0, -1));
    echoed("interopEchoTests.echoFloatArray", build("(dd)", 0.5, -2.25));
    echoed("interopEchoTests.echoStructArray", build("({}" EVERYTHING "{s:({})})", EVERYTHING_VALUES, "x"));
}

static void numbers(void)
{
    both_ways(build("i", 0), "int 0");
    both_ways(build("i", -1), "int -1");
    both_ways(build("i", INT32_MAX), "int 2147483647");
    both_ways(build("i", INT32_MIN), "int -2147483648");
    both_ways(build("I", (xmlrpc_int64)INT32_MAX + 1), "i8 2147483648");
    both_ways(build("I", (xmlrpc_int64)INT64_MAX), "i8 9223372036854775807");
    both_ways(build("I", (xmlrpc_int64)INT64_MIN), "i8 -9223372036854775808");
    both_ways(build("b", 1), "boolean true");
    both_ways(build("b", 0), "boolean false");
    const double exact[] = {0.0, 1.5, -2.25, 0.1, 1.0 / 3, 1e22, -123456.789};
    for (size_t n = 0; n < sizeof exact / sizeof *exact; n++)
        echoed("echo", build("d", exact[n]));
    equal("a double is read", call("describe", "(d)", 0.1), build("s", "double 0.1"));
    equal("a small one too", call("describe", "(d)", 1e-7), build("s", "double 0.0000001"));
    /* It multiplies by ten for each digit of what it reads, and drops the end of what it writes. */
    const double rounded[] = {1e300, -1.5e300, 1e-7, 1.7976931348623157e308};
    for (size_t n = 0; n < sizeof rounded / sizeof *rounded; n++)
        nearly("what it reads is nearly that", call("echo", "(d)", rounded[n]), rounded[n]);
    equal("the smallest is nothing", call("echo", "(d)", 5e-324), build("d", 0.0));
    equal("zero loses its sign", call("describe", "(d)", -0.0), build("s", "double 0"));

    /* Its other dialect writes Apache's extension. */
    connect_as(xmlrpc_dialect_apache);
    equal("ex:i8", call("describe", "(I)", (xmlrpc_int64)1 << 40), build("s", "i8 1099511627776"));
}

static void text(void)
{
    const struct { const char *text, *points; } texts[] = {
        {"", ""}, {" \t\n ", "20 9 A 20"}, {"  padded ", "20 20 70 61 64 64 65 64 20"},
        {"<a>&amp; ]]> <![CDATA[", "3C 61 3E 26 61 6D 70 3B 20 5D 5D 3E 20 3C 21 5B 43 44 41 54 41 5B"},
        {"Grüße", "47 72 FC DF 65"}, {"漢字 한국어", "6F22 5B57 20 D55C AD6D C5B4"}, {"שלום", "5E9 5DC 5D5 5DD"},
        {"e\u0301 \u0928\u093f", "65 301 20 928 93F"}, {"\u00a0\u2028\u200b", "A0 2028 200B"},
        {"\ue000\ufffd", "E000 FFFD"},
    };
    for (size_t n = 0; n < sizeof texts / sizeof *texts; n++) {
        equal("is read", call("code_points", "(s)", texts[n].text), build("s", texts[n].points));
        equal("is written", call("from_code_points", "(s)", texts[n].points), build("s", texts[n].text));
        echoed("echo", build("{s:i}", texts[n].text, 1));
    }

    /* It refuses what stands beyond the basic plane, in both directions. */
    xmlrpc_env env;
    xmlrpc_env_init(&env);
    xmlrpc_string_new(&env, "😀");
    report("it does not send the astral", env.fault_code == XMLRPC_INVALID_UTF8_ERROR, env.fault_string, "an error");
    fault("nor read it", XMLRPC_INVALID_UTF8_ERROR, "Basic Multilingual", call("from_code_points", "(s)", "1F600"));

    equal("a carriage return is sent as a reference",
          call("code_points", "(V)", xmlrpc_string_new_lp_cr(fresh(), 4, "a\r\nb")), build("s", "61 D A 62"));
    /* What it reads has the line ends of C. */
    equal("and becomes a newline when it comes", call("from_code_points", "(s)", "61 D A 62 D 63"),
          build("s", "a\nb\nc"));
}

static void dates(void)
{
    both_ways(build("8", "19980717T14:08:55"), "dateTime.iso8601 19980717T14:08:55");
    both_ways(build("8", "20240229T23:59:59"), "dateTime.iso8601 20240229T23:59:59");
    /* Of the microseconds it writes those that are not zero. */
    equal("a fraction is read",
          call("describe", "(V)", xmlrpc_datetime_new_usec(fresh(), 900684535, 250000)),
          build("s", "dateTime.iso8601 19980717T14:08:55.250000"));
    echoed("echo", xmlrpc_datetime_new_usec(fresh(), 900684535, 250000));
}

static void bytes(void)
{
    both_ways(build("6", "\0\xff", (size_t)2), "base64 00ff");
    both_ways(build("6", "", (size_t)0), "base64 ");
    echoed("echo", every_byte(1));
    echoed("echo", every_byte(1000));
}

static void containers(void)
{
    both_ways(build("()"), "array of 0");
    both_ways(build("(isd(){}((b)))", 1, "two", 3.5, 1), "array of 6");
    both_ways(build("{}"), "struct of 0");
    both_ways(build("{s:i,s:({s:s}),s:s,s:i,s:i}", "b", 1, "a", "x", "y", "", "", " blank ", 2, "ключ<&>", 3),
              "struct of 5");
    echoed("echo", nested(60));
    fault("65 levels", -32600, "deep", call("count", "(V)", nested(65)));
}

static void nil(void)
{
    both_ways(build("n"), "nil");
    echoed("echo", build("(ni{s:n})", 1, "a"));
    equal("nothing is nil", call("nothing", "()"), build("n"));
    connect_as(xmlrpc_dialect_apache);
    equal("ex:nil", call("describe", "(n)"), build("s", "nil"));
}

static void faults(void)
{
    fault("code and text", 42, "cannot divide 1 by <zero> & co: ∞", call("div", "(ii)", 1, 0));
    const int codes[] = {1, -1, INT32_MAX, INT32_MIN, 0};
    for (size_t n = 0; n < sizeof codes / sizeof *codes; n++)
        fault("a code", codes[n], "text", call("fail", "(is)", codes[n], "text"));
    fault("no text", 7, "", call("fail", "(is)", 7, ""));
    fault("too few arguments", -32602, "", call("add", "(i)", 1));
    fault("an argument of another type", -32602, "", call("add", "(si)", "s3cret", 2));
    equal("and it still works", call("add", "(ii)", 2, 3), build("i", 5));
    char *rpc2 = strstr(url, "/RPC2");
    memcpy(rpc2, "/gone", 5);
    fault("another path is an error of HTTP", XMLRPC_NETWORK_ERROR, "404", call("add", "(ii)", 2, 3));
}

static void unknown_method(void)
{
    fault("no such method", -32601, "no.such", call("no.such", "()"));
    fault("nor by another case", -32601, "ADD", call("ADD", "(ii)", 1, 2));
}

static void introspection(void)
{
    char *names = shown(call("system.listMethods", "()"));
    const char *wanted[] = {"'add'", "'validator1.easyStructTest'", "'system.listMethods'", "'system.multicall'"};
    for (size_t n = 0; n < sizeof wanted / sizeof *wanted; n++)
        report("listMethods", strstr(names, wanted[n]) != NULL, names, wanted[n]);
    equal("methodHelp", call("system.methodHelp", "(s)", "add"), build("s", "Adds two integers."));
    equal("methodHelp of nothing", call("system.methodHelp", "(s)", "nothing"), build("s", ""));
    equal("methodSignature", call("system.methodSignature", "(s)", "add"), build("((sss))", "int", "int", "int"));
    fault("methodSignature of no method", -32601, "no.such", call("system.methodSignature", "(s)", "no.such"));
}

static void multicall(void)
{
    xmlrpc_value *results = call(
        "system.multicall", "(({s:s,s:(ii)}{s:s,s:(ii)}{s:s,s:()}{s:s,s:((){})}{s:s,s:(ii)}))",
        "methodName", "add", "params", 1, 2, "methodName", "div", "params", 1, 0, "methodName", "no.such", "params",
        "methodName", "interopEchoTests.echoValue", "params", "methodName", "add", "params", 3, 4);
    xmlrpc_value *items[5] = {NULL};
    for (unsigned n = 0; n < 5 && results != NULL; n++)
        xmlrpc_array_read_item(fresh(), results, n, &items[n]);
    equal("the first", items[0], build("(i)", 3));
    equal("the second fails alone", items[1],
          build("{s:i,s:s}", "faultCode", 42, "faultString", "cannot divide 1 by <zero> & co: ∞"));
    xmlrpc_value *code = NULL;
    xmlrpc_struct_find_value(fresh(), items[2], "faultCode", &code);
    equal("no such method", code, build("i", -32601));
    xmlrpc_struct_find_value(fresh(), items[3], "faultCode", &code);
    equal("too many arguments", code, build("i", -32602));
    equal("the last", items[4], build("(i)", 7));
    equal("none", call("system.multicall", "(())"), build("()"));
}

static void big_string(void)
{
    equal("1 MB goes", call("count", "(V)", repeated("x", 1000000)), build("i", 1000000));
    fault("half a megabyte is all it takes", XMLRPC_LIMIT_EXCEEDED_ERROR, "",
          call("repeat", "(Vi)", repeated("x", 1000), 1000));
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, 2000000);
    equal("1 MB comes", call("repeat", "(Vi)", repeated("x", 1000), 1000), repeated("x", 1000000));
    echoed("echo", repeated("tagwire<é>", 40000));
}

static void keep_alive(void)
{
    xmlrpc_value *port = call("port", "()");
    for (int n = 0; n < 100; n++) {
        xmlrpc_INCREF(port);
        equal("one connection", call("port", "()"), port);
    }
}

static void compression(void)
{
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, 2000000);
    equal("it does not ask for gzip", call("header", "(s)", "accept-encoding"), build("s", ""));
    equal("so a large reply comes", call("repeat", "(si)", "ab", 10000), repeated("ab", 10000));
    equal("as it is", call("previous_encoding", "()"), build("s", ""));
}

int main(int count, char **arguments)
{
    static const struct { const char *name; void (*check)(void); } features[] = {
        {"validator1", validator1}, {"interop_echo_tests", interop_echo_tests}, {"numbers", numbers}, {"text", text},
        {"dates", dates}, {"bytes", bytes}, {"containers", containers}, {"nil", nil}, {"faults", faults},
        {"unknown_method", unknown_method}, {"introspection", introspection}, {"multicall", multicall},
        {"big_string", big_string}, {"keep_alive", keep_alive}, {"compression", compression},
    };
    static char rpc2[256];
    if (count != 3)
        return 2;
    snprintf(rpc2, sizeof rpc2, "%s/RPC2", arguments[1]);
    url = rpc2;
    xmlrpc_env_init(&none);
    xmlrpc_env_init(&failure);
    xmlrpc_client_setup_global_const(&failure);
    connect_as(xmlrpc_dialect_i8);
    for (size_t n = 0; n < sizeof features / sizeof *features; n++)
        if (strcmp(features[n].name, arguments[2]) == 0) {
            features[n].check();
            return 0;
        }
    return 2;
}

static void connect_as(xmlrpc_dialect dialect)
{
    const struct xmlrpc_clientparms parameters = {.transport = "curl", .dialect = dialect};
    if (client != NULL)
        xmlrpc_client_destroy(client);
    xmlrpc_client_create(&failure, XMLRPC_CLIENT_NO_FLAGS, "client", "1", &parameters, XMLRPC_CPSIZE(dialect), &client);
    must_work(&failure);
}

static xmlrpc_env *fresh(void)
{
    xmlrpc_env_clean(&none);
    xmlrpc_env_init(&none);
    return &none;
}

static void must_work(xmlrpc_env *env)
{
    if (env->fault_occurred) {
        fprintf(stderr, "%s\n", env->fault_string);
        exit(1);
    }
}

static xmlrpc_value *build_va(const char *format, va_list arguments)
{
    xmlrpc_env env;
    xmlrpc_value *value = NULL;
    const char *rest;
    xmlrpc_env_init(&env);
    xmlrpc_build_value_va(&env, format, arguments, &value, &rest);
    must_work(&env);
    return value;
}

static xmlrpc_value *build(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    xmlrpc_value *value = build_va(format, arguments);
    va_end(arguments);
    return value;
}

/* The result; NULL after a failure, which `failure` has then. */
static xmlrpc_value *call(const char *method, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    xmlrpc_value *params = build_va(format, arguments);
    va_end(arguments);
    return call_with(method, params);
}

static xmlrpc_value *call_with(const char *method, xmlrpc_value *params)
{
    xmlrpc_value *result = NULL;
    xmlrpc_env_clean(&failure);
    xmlrpc_env_init(&failure);
    xmlrpc_server_info *server = xmlrpc_server_info_new(&failure, url);
    xmlrpc_client_call2(&failure, client, server, method, params, &result);
    xmlrpc_server_info_free(server);
    return failure.fault_occurred ? NULL : result;
}

/* `describe` tells what the server read, so that two mistakes cannot undo each other. */
static void both_ways(xmlrpc_value *value, const char *described)
{
    equal("is read", call("describe", "(V)", value), build("s", described));
    echoed("echo", value);
}

static void echoed(const char *method, xmlrpc_value *value)
{
    equal(method, call(method, "(V)", value), value);
}

static void equal(const char *check, xmlrpc_value *got, xmlrpc_value *want)
{
    char *got_text = shown(got), *want_text = shown(want);
    report(check, want != NULL && strcmp(got_text, want_text) == 0, got_text, want_text);
    free(got_text);
    free(want_text);
}

static void nearly(const char *check, xmlrpc_value *got, double want)
{
    double number = 0;
    char *got_text = shown(got), want_text[64];
    if (got != NULL && xmlrpc_value_type(got) == XMLRPC_TYPE_DOUBLE)
        xmlrpc_read_double(fresh(), got, &number);
    snprintf(want_text, sizeof want_text, "nearly %.17g", want);
    report(check, fabs(number / want - 1) < 1e-13, got_text, want_text);
    free(got_text);
}

/* `got` is what a call gave that should have failed: it is looked at after the call. */
static void fault(const char *check, int code, const char *text, xmlrpc_value *got)
{
    char *got_text = shown(got), *want;
    bool ok = got == NULL && failure.fault_code == code && strstr(failure.fault_string, text) != NULL;
    if (asprintf(&want, "failure %d %s", code, text) < 0)
        abort();
    report(check, ok, got_text, want);
    free(got_text);
    free(want);
}

static void print_json(const char *text)
{
    putchar('"');
    for (size_t n = 0; text[n] != '\0' && (n < 400 || (text[n] & 0xc0) == 0x80); n++) {
        if (text[n] == '"' || text[n] == '\\')
            printf("\\%c", text[n]);
        else if ((unsigned char)text[n] < 0x20)
            printf("\\u%04x", text[n]);
        else
            putchar(text[n]);
    }
    putchar('"');
}

static void report(const char *check, bool ok, const char *got, const char *want)
{
    printf("{\"ok\": %s, \"check\": ", ok ? "true" : "false");
    print_json(check);
    printf(", \"got\": ");
    print_json(got);
    printf(", \"want\": ");
    print_json(want);
    printf("}\n");
    fflush(stdout);
}

static void show(FILE *out, xmlrpc_value *value)
{
    xmlrpc_env env;
    xmlrpc_env_init(&env);
    switch (value == NULL ? XMLRPC_TYPE_DEAD : xmlrpc_value_type(value)) {
    case XMLRPC_TYPE_INT: {
        int number = 0;
        xmlrpc_read_int(&env, value, &number);
        fprintf(out, "int %d", number);
        break;
    }
    case XMLRPC_TYPE_I8: {
        xmlrpc_int64 number = 0;
        xmlrpc_read_i8(&env, value, &number);
        fprintf(out, "i8 %lld", (long long)number);
        break;
    }
    case XMLRPC_TYPE_BOOL: {
        xmlrpc_bool flag = 0;
        xmlrpc_read_bool(&env, value, &flag);
        fprintf(out, "boolean %d", flag);
        break;
    }
    case XMLRPC_TYPE_DOUBLE: {
        double number = 0;
        xmlrpc_read_double(&env, value, &number);
        fprintf(out, "double %.17g", number);
        break;
    }
    case XMLRPC_TYPE_STRING: {
        const char *text = NULL;
        size_t length = 0;
        xmlrpc_read_string_lp(&env, value, &length, &text);
        if (text != NULL)
            fprintf(out, "'%s'", text);
        free((char *)text);
        break;
    }
    case XMLRPC_TYPE_DATETIME: {
        time_t seconds = 0;
        unsigned microseconds = 0;
        xmlrpc_read_datetime_usec(&env, value, &seconds, &microseconds);
        fprintf(out, "dateTime %lld.%06u", (long long)seconds, microseconds);
        break;
    }
    case XMLRPC_TYPE_BASE64: {
        const unsigned char *contents = NULL;
        size_t length = 0;
        xmlrpc_read_base64(&env, value, &length, &contents);
        fprintf(out, "base64 ");
        for (size_t n = 0; contents != NULL && n < length; n++)
            fprintf(out, "%02x", contents[n]);
        free((unsigned char *)contents);
        break;
    }
    case XMLRPC_TYPE_NIL:
        fprintf(out, "nil");
        break;
    case XMLRPC_TYPE_ARRAY:
        fprintf(out, "[");
        for (int n = 0; n < xmlrpc_array_size(&env, value); n++) {
            fprintf(out, n == 0 ? "" : ", ");
            show(out, xmlrpc_array_get_item(&env, value, n));
        }
        fprintf(out, "]");
        break;
    case XMLRPC_TYPE_STRUCT:
        fprintf(out, "{");
        for (int n = 0; n < xmlrpc_struct_size(&env, value); n++) {
            xmlrpc_value *name = NULL, *member = NULL;
            xmlrpc_struct_get_key_and_value(&env, value, n, &name, &member);
            fprintf(out, n == 0 ? "" : ", ");
            show(out, name);
            fprintf(out, ": ");
            show(out, member);
        }
        fprintf(out, "}");
        break;
    default:
        fprintf(out, "failure %d %s", failure.fault_code, failure.fault_string);
    }
    if (env.fault_occurred)
        fprintf(out, "unreadable: %s", env.fault_string);
}

/* A text that differs where values or their types do. */
static char *shown(xmlrpc_value *value)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    show(out, value);
    fclose(out);
    return text;
}

static xmlrpc_value *repeated(const char *text, size_t times)
{
    size_t length = strlen(text);
    char *long_text = malloc(length * times + 1);
    for (size_t n = 0; n < times; n++)
        memcpy(long_text + n * length, text, length);
    long_text[length * times] = '\0';
    xmlrpc_value *value = build("s", long_text);
    free(long_text);
    return value;
}

static xmlrpc_value *every_byte(size_t times)
{
    unsigned char *contents = malloc(256 * times);
    for (size_t n = 0; n < 256 * times; n++)
        contents[n] = (unsigned char)n;
    xmlrpc_value *value = build("6", contents, 256 * times);
    free(contents);
    return value;
}

static xmlrpc_value *nested(int depth)
{
    xmlrpc_value *value = build("s", "deep");
    for (int level = 1; level < depth; level++)
        value = build("(V)", value);
    return value;
}
