#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// Runs one process as Lambda would, and measures it: plays the Runtime API on a plain socket, and DynamoDB
/// behind TLS.
///
///     rig CERTIFICATE EVENT RESPONSE REQUESTS FOLDER COMMAND…
///
/// CERTIFICATE (PEM, with its key) is for 127.0.0.1. The rig hands out EVENT REQUESTS times, one at a time,
/// and responds to every request to DynamoDB with RESPONSE. It writes the figures to FOLDER/figures as JSON,
/// the process's requests to DynamoDB to FOLDER/requests, and its posts to FOLDER/responses, each message
/// after a line with its length. Of many thousands of messages it records a sample. The messages are checked
/// after the measurement.
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(std::string_view reason) {
  fmt::print(stderr, "rig: {}\n", reason);
  std::_Exit(1);
}

long nanoseconds(Clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
}

std::string contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(fmt::format("cannot read {}", path));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A socket on the loopback interface, on a port that the system chooses.
class Listener {
 public:
  Listener() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd_, generic, size) != 0 || listen(fd_, 16) != 0 || getsockname(fd_, generic, &size) != 0)
      fail("cannot listen");
    address_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
  }

  const std::string& address() const { return address_; }

  /// Serves each connection in its own thread, until the rig ends.
  template <typename Serve>
  void start(Serve serve) const {
    std::thread([fd = fd_, serve] {
      for (;;) {
        const int connection = accept4(fd, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) fail("cannot accept a connection");
        const int on = 1;
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        std::thread([serve, connection] {
          serve(connection);
          close(connection);
        }).detach();
      }
    }).detach();
  }

 private:
  int fd_;
  std::string address_;
};

struct Plain {
  int fd;

  long receive(std::span<char> into) const { return read(fd, into.data(), into.size()); }

  void send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the next receive reports that the peer has disconnected
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
};

struct Tls {
  SSL* ssl;

  long receive(std::span<char> into) const {
    return SSL_read(ssl, into.data(), static_cast<int>(into.size()));
  }

  void send(std::string_view text) const { SSL_write(ssl, text.data(), static_cast<int>(text.size())); }
};

/// Returns the text after a header's name in the head of a message; a null pointer when the header is
/// missing.
const char* header(std::string_view head, std::string_view name) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  const auto found = std::search(head.begin(), head.end(), name.begin(), name.end(), same);
  return found == head.end() ? nullptr : head.data() + (found - head.begin()) + name.size();
}

/// Reports whether a request is complete, given its complete head.
bool is_complete(std::string_view request, std::size_t head_size) {
  const std::string_view head = request.substr(0, head_size);
  if (header(head, "\r\ntransfer-encoding: chunked") != nullptr)  // the JSON contains no line break
    return request.size() > head_size && request.ends_with("\r\n\r\n");
  const char* length = header(head, "\r\ncontent-length:");
  return request.size() >= head_size + (length == nullptr ? 0 : std::strtoul(length, nullptr, 10));
}

/// Returns the next request of a connection, head and body; nothing when the peer has disconnected. Clients
/// do not pipeline requests.
template <typename Connection>
std::optional<std::string> receive_request(const Connection& connection) {
  std::string request;
  thread_local std::array<char, 65536> buffer;
  for (;;) {
    const long received = connection.receive(buffer);
    if (received <= 0) return std::nullopt;
    request.append(buffer.data(), static_cast<std::size_t>(received));
    const auto end = request.find("\r\n\r\n");
    if (end != std::string::npos && is_complete(request, end + 4)) return request;
  }
}

std::string make_response(std::string_view status, std::string_view headers, std::string_view body) {
  return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), headers, body);
}

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = ~0U;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

/// Messages kept in memory during the measurement: every `stride`-th message, and only the first of equal
/// ones in a row.
class Recording {
 public:
  explicit Recording(std::size_t stride) : stride_(stride) {}

  void add(std::string message) {
    const std::lock_guard lock(mutex_);
    if (count_++ % stride_ == 0 && (recorded_.empty() || recorded_.back() != message))
      recorded_.push_back(std::move(message));
  }

  /// Returns the number of all messages.
  std::size_t count() const { return count_; }

  void write(const std::string& path) const {
    std::ofstream file(path, std::ios::binary);
    for (const auto& message : recorded_) file << message.size() << '\n' << message;
    if (!file.flush()) fail(fmt::format("cannot write {}", path));
  }

 private:
  std::size_t stride_;
  std::mutex mutex_;
  std::size_t count_ = 0;
  std::vector<std::string> recorded_;
};

/// Odd, because a function may alternate between two kinds of requests, and the sample must contain both.
std::size_t stride_for(std::size_t events) {
  constexpr std::size_t max_recorded = 20'000;
  return (events / max_recorded) | 1U;
}

/// The measured process.
class Subject {
 public:
  explicit Subject(char** command)
      : executed_(static_cast<Clock::time_point*>(mmap(
            nullptr, sizeof(Clock::time_point), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))),
        pid_(fork()) {
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      *executed_ = Clock::now();
      execvp(command[0], command);
      fail(fmt::format("cannot execute {}", command[0]));
    }
    if (pid_ < 0 || clock_getcpuclockid(pid_, &cpu_clock_) != 0) fail("cannot start a process");
  }

  Clock::time_point executed() const { return *executed_; }

  /// Returns the processor time of all threads, in user code and in the kernel.
  long cpu_nanoseconds() const {
    timespec used{};
    clock_gettime(cpu_clock_, &used);
    return used.tv_sec * 1'000'000'000 + used.tv_nsec;
  }

  /// Returns VmRSS, the current resident memory, or VmHWM, its maximum.
  long memory_kib(std::string_view field) const {
    std::ifstream status(fmt::format("/proc/{}/status", pid_));
    for (std::string name; status >> name;) {
      long value = 0;
      if (name == fmt::format("{}:", field) && status >> value) return value;
    }
    fail("the process has ended");
  }

  std::ptrdiff_t open_files() const {
    return std::distance(std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid_)), {});
  }

  void kill() const { ::kill(pid_, SIGKILL); }
  void wait() const { waitpid(pid_, nullptr, 0); }

 private:
  Clock::time_point* executed_;
  pid_t pid_;
  clockid_t cpu_clock_{};
};

struct Figures {
  Clock::time_point first_next;
  std::vector<long> latencies_ns;  // from the event's first byte to the posted response's last
  long init_cpu_ns = 0;
  long cold_cpu_ns = 0;
  long total_cpu_ns = 0;
  long half_way_kib = 0;
  long resident_kib = 0;
  long peak_kib = 0;
  std::ptrdiff_t half_way_files = 0;
  std::ptrdiff_t open_files = 0;
};

class RuntimeApi {
 public:
  RuntimeApi(std::string_view event, std::size_t requests)
      : responses(stride_for(requests)), requests_(requests) {
    const auto deadline = std::chrono::system_clock::now() + std::chrono::hours(1);
    event_ = make_response(
        "200 OK",
        fmt::format(
            "Content-Type: application/json\r\n"
            "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"
            "Lambda-Runtime-Deadline-Ms: {}\r\n"
            "Lambda-Runtime-Invoked-Function-Arn: "
            "arn:aws:lambda:eu-central-1:123456789012:function:users\r\n"
            "Lambda-Runtime-Trace-Id: Root=1-6a0f1c90-6f4aa81763b4f348091e5d63;Sampled=0\r\n",
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline.time_since_epoch()).count()),
        event);
    figures_.latencies_ns.reserve(requests);
  }

  void serve(const Plain& connection, const Subject& subject) {
    while (auto request = receive_request(connection)) {
      const auto now = Clock::now();
      if (request->starts_with("GET /2018-06-01/runtime/invocation/next ")) {
        measure(now, subject);
        if (complete_) return subject.kill();
        event_sent_at_ = Clock::now();
        connection.send(event_);
      } else if (request->starts_with("POST ") && request->find("/response ") < request->find("\r\n")) {
        figures_.latencies_ns.push_back(nanoseconds(now - event_sent_at_));
        connection.send(accepted_);
        responses.add(std::move(*request));
      } else {
        fail("not the post of a response: " + *request);
      }
    }
  }

  /// Returns a null pointer unless the process responded to every event.
  const Figures* figures() const { return complete_ ? &figures_ : nullptr; }

  Recording responses;

 private:
  /// Measures between two requests, while the process waits.
  void measure(Clock::time_point now, const Subject& subject) {
    const std::size_t responded = figures_.latencies_ns.size();
    if (responded == 0) {
      figures_.first_next = now;
      figures_.init_cpu_ns = subject.cpu_nanoseconds();
    }
    if (responded == 1) figures_.cold_cpu_ns = subject.cpu_nanoseconds();
    if (responded == (requests_ + 1) / 2) {
      figures_.half_way_kib = subject.memory_kib("VmRSS");
      figures_.half_way_files = subject.open_files();
    }
    if (responded < requests_) return;
    figures_.total_cpu_ns = subject.cpu_nanoseconds();
    figures_.resident_kib = subject.memory_kib("VmRSS");
    figures_.peak_kib = subject.memory_kib("VmHWM");
    figures_.open_files = subject.open_files();
    complete_ = true;
  }

  std::size_t requests_;
  std::string event_;
  std::string accepted_ =
      make_response("202 Accepted", "Content-Type: application/json\r\n", R"({"status":"OK"})");
  Clock::time_point event_sent_at_;
  Figures figures_;
  std::atomic<bool> complete_ = false;  // written last; afterwards, only the main thread uses figures_
};

class DynamoDb {
 public:
  DynamoDb(const char* certificate, std::string_view body, std::size_t events)
      : requests(stride_for(events)),
        context_(SSL_CTX_new(TLS_server_method())),
        response_(make_response(
            "200 OK",
            fmt::format("Content-Type: application/x-amz-json-1.0\r\nx-amz-crc32: {}\r\n"
                        "x-amzn-RequestId: 4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n",
                        crc32(body)),
            body)) {
    if (SSL_CTX_use_certificate_chain_file(context_, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context_, certificate, SSL_FILETYPE_PEM) != 1)
      fail(fmt::format("{} does not contain a certificate and its key", certificate));
  }

  void serve(int fd) {
    ++connections;
    SSL* ssl = SSL_new(context_);
    SSL_set_fd(ssl, fd);
    SSL_set_accept_state(ssl);  // the first receive performs the handshake
    const Tls connection{ssl};
    while (auto request = receive_request(connection)) {
      if (request->starts_with("GET / ")) {  // a client may warm up its connection with it
        connection.send(healthy_);
        continue;
      }
      requests.add(std::move(*request));
      connection.send(response_);
    }
    SSL_free(ssl);
  }

  Recording requests;
  std::atomic<int> connections = 0;

 private:
  SSL_CTX* context_;
  std::string response_;
  std::string healthy_ = make_response("200 OK", "", "healthy: dynamodb.eu-central-1.amazonaws.com ");
};

int run(int argc, char** argv) {
  if (argc < 7) fail("usage: rig CERTIFICATE EVENT RESPONSE REQUESTS FOLDER COMMAND...");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  const std::string folder = argv[5];

  const std::size_t events = std::stoul(argv[4]);
  RuntimeApi runtime(contents(argv[2]), events);
  DynamoDb dynamodb(argv[1], contents(argv[3]), events);
  const Listener runtime_port;
  const Listener dynamodb_port;
  setenv("AWS_LAMBDA_RUNTIME_API", runtime_port.address().c_str(), 1);
  setenv("AWS_ENDPOINT_URL_DYNAMODB", ("https://" + dynamodb_port.address()).c_str(), 1);

  const Subject subject(argv + 6);
  dynamodb_port.start([&](int fd) { dynamodb.serve(fd); });
  runtime_port.start([&](int fd) { runtime.serve(Plain{fd}, subject); });
  subject.wait();

  const Figures* figures = runtime.figures();
  if (figures == nullptr) fail("the process ended too early");
  dynamodb.requests.write(folder + "/requests");
  runtime.responses.write(folder + "/responses");
  std::ofstream(folder + "/figures") << fmt::format(
      R"({{"init_ns":{},"latencies_ns":[{}],"init_cpu_ns":{},"cold_cpu_ns":{},"total_cpu_ns":{},)"
      R"("half_way_kib":{},"resident_kib":{},"peak_kib":{},"half_way_files":{},"open_files":{},)"
      R"("responses":{},"requests":{},"connections":{}}})",
      nanoseconds(figures->first_next - subject.executed()), fmt::join(figures->latencies_ns, ","),
      figures->init_cpu_ns, figures->cold_cpu_ns, figures->total_cpu_ns, figures->half_way_kib,
      figures->resident_kib, figures->peak_kib, figures->half_way_files, figures->open_files,
      runtime.responses.count(), dynamodb.requests.count(), dynamodb.connections.load());
  std::_Exit(0);  // the other threads still wait for disconnected peers
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv);
}
