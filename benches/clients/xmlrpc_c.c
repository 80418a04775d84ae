/* xmlrpc-c's client over libcurl: makes a call at an address, as often and as many at once as each line of the input says.

       xmlrpc_c ADDRESS add|echo LENGTH      the length of what `echo` gives */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xmlrpc-c/base.h>
#include <xmlrpc-c/client.h>

#define MOST_AT_ONCE 64

static char url[64];
static const char *name;
static int length;

/* Each thread has one of its own, which has one connection. */
static xmlrpc_client *clients[MOST_AT_ONCE];

struct order {
    int client;
    int calls;
};

static void stop_at(xmlrpc_env *env)
{
    if (env->fault_occurred) {
        fprintf(stderr, "%s\n", env->fault_string);
        exit(1);
    }
}

static void call(xmlrpc_client *client)
{
    xmlrpc_env env;
    xmlrpc_env_init(&env);
    xmlrpc_value *result;
    int found, wanted;
    if (strcmp(name, "add") == 0) {
        xmlrpc_client_call2f(&env, client, url, name, &result, "(ii)", 2, 3);
        stop_at(&env);
        xmlrpc_read_int(&env, result, &found);
        wanted = 5;
    } else {
        xmlrpc_client_call2f(&env, client, url, name, &result, "()");
        stop_at(&env);
        found = xmlrpc_array_size(&env, result);
        wanted = length;
    }
    stop_at(&env);
    if (found != wanted) {
        fprintf(stderr, "a wrong result\n");
        exit(1);
    }
    xmlrpc_DECREF(result);
    xmlrpc_env_clean(&env);
}

static void *go_on(void *argument)
{
    const struct order *order = argument;
    for (int made = 0; made < order->calls; made++) {
        call(clients[order->client]);
    }
    return NULL;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int count, char **arguments)
{
    if (count != 4) {
        return 2;
    }
    snprintf(url, sizeof url, "http://%s/", arguments[1]);
    name = arguments[2];
    length = atoi(arguments[3]);

    xmlrpc_env env;
    xmlrpc_env_init(&env);
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, 16 << 20);
    xmlrpc_client_setup_global_const(&env);
    stop_at(&env);
    for (int i = 0; i < MOST_AT_ONCE; i++) {
        xmlrpc_client_create(&env, XMLRPC_CLIENT_NO_FLAGS, "benches", "1", NULL, 0, &clients[i]);
        stop_at(&env);
    }
    call(clients[0]);
    printf("ready\n");
    fflush(stdout);

    int calls, at_once;
    while (scanf("%d %d", &calls, &at_once) == 2 && at_once <= MOST_AT_ONCE) {
        pthread_t threads[MOST_AT_ONCE];
        struct order orders[MOST_AT_ONCE];
        double began = seconds();
        for (int i = 0; i < at_once; i++) {
            orders[i] = (struct order){.client = i, .calls = calls / at_once};
            if (i > 0 && pthread_create(&threads[i], NULL, go_on, &orders[i])) {
                perror("no thread");
                return 1;
            }
        }
        /* One at a time needs no other thread. */
        go_on(&orders[0]);
        for (int i = 1; i < at_once; i++) {
            pthread_join(threads[i], NULL);
        }
        printf("%f\n", seconds() - began);
        fflush(stdout);
    }
    return 0;
}
