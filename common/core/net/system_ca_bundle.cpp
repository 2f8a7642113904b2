#include "core/net/system_ca_bundle.h"

#include <unistd.h>

namespace serverless::net {

std::optional<std::string> system_ca_bundle() {
  for (const char* path : {"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"})
    if (access(path, R_OK) == 0) return path;
  return std::nullopt;
}

}  // namespace serverless::net
