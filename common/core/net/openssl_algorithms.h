#pragma once

namespace serverless::net {

/// Limits OpenSSL to the algorithms that TLS 1.2 and 1.3 with AWS's endpoints and signed tokens need. OpenSSL
/// lists all algorithms of a kind when it looks up the first one, which is a third of the instructions of a
/// first handshake. Call it once, before any other function of OpenSSL. It has no effect on a shared OpenSSL.
/// https://docs.openssl.org/3.0/man7/provider-base/
void offer_needed_algorithms();

}  // namespace serverless::net
