/* The minimum that any function must do: take an event, post a response. No TLS, no DynamoDB, no JSON, no library. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static const char body[] =
    "{\"statusCode\":200,\"headers\":{\"Content-Type\":\"application/json\"},\"body\":\"{"
    "\\\"userId\\\":\\\"5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f\\\",\\\"name\\\":\\\"Ada Lovelace\\\","
    "\\\"email\\\":\\\"ada@example.com\\\",\\\"age\\\":36,\\\"createdAt\\\":\\\"2026-01-02T03:04:05.678Z\\\","
    "\\\"updatedAt\\\":\\\"2026-01-02T03:04:05.678Z\\\",\\\"version\\\":1}\"}";

static int connect_to(char* address) {
  char* colon = strrchr(address, ':');
  if (!colon) exit(1);
  *colon = '\0';
  struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  if (inet_pton(AF_INET, address, &peer.sin_addr) != 1 || connect(fd, (struct sockaddr*)&peer, sizeof peer))
    exit(1);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/* Sends a request, reads the complete response, and returns its head. */
static const char* exchange(int fd, const char* request, int length) {
  static char response[65536];
  if (write(fd, request, (size_t)length) != length) exit(1);
  size_t have = 0;
  for (;;) {
    const ssize_t more = read(fd, response + have, sizeof response - 1 - have);
    if (more <= 0) exit(1);
    have += (size_t)more;
    response[have] = '\0';
    const char* end = strstr(response, "\r\n\r\n");
    const char* announced = strcasestr(response, "\r\ncontent-length:");
    if (end && announced && have >= (size_t)(end + 4 - response) + strtoul(announced + 17, NULL, 10))
      return response;
  }
}

int main(void) {
  char* address = getenv("AWS_LAMBDA_RUNTIME_API");
  if (!address) return 1;
  char next[256], response[1024];
  const int next_length = snprintf(
      next, sizeof next, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n", address);
  const int fd = connect_to(address);
  for (;;) {
    const char* id = strcasestr(exchange(fd, next, next_length), "\r\nlambda-runtime-aws-request-id:");
    if (!id) return 1;
    id += strspn(id + 32, " ") + 32;
    const int length =
        snprintf(response, sizeof response,
                 "POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\nHost: runtime\r\n"
                 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                 (int)strcspn(id, "\r"), id, sizeof body - 1, body);
    exchange(fd, response, length);
  }
}
