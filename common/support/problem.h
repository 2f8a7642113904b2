#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace users {

/// One fault of a request, as the client sees it in `errors`.
struct FieldError {
  /// The member, query parameter, header or path parameter at fault; empty for the whole body.
  std::string field;
  /// One of the contract's codes: `required`, `wrong_type`, `too_short`, `too_long`, `out_of_range`,
  /// `invalid_format`, `unknown_field`, `taken`, `malformed_json`.
  std::string code;
  /// What would be right, in words: "must be a valid email address".
  std::string message;

  bool operator==(const FieldError&) const = default;
};

/// Why a request could not be answered as asked: one error as the client and as the log see it.
///
/// It is a value, made by the factories below, and becomes a response in one place (http/problem_response.h).
/// `detail` and `errors` go to the client; `cause` goes to the log only.
struct Problem {
  enum class Kind {
    invalid_request,
    unauthenticated,
    forbidden,
    route_not_found,
    user_not_found,
    method_not_allowed,
    user_gone,
    conflict,
    precondition_failed,
    key_reused,
    payload_too_large,
    unsupported_media_type,
    internal,
    unavailable,
  };

  Kind kind;
  std::string detail;
  std::vector<FieldError> errors = {};
  std::string cause = {};
  /// The methods that the path has, for `Allow`; with method_not_allowed only.
  std::string allow = {};
  /// What authentication is asked for, for `WWW-Authenticate`; with unauthenticated and forbidden only.
  std::string challenge = {};

  /// The client's request is at fault in these fields.
  static Problem invalid(std::vector<FieldError> errors);
  static Problem invalid(std::string field, std::string code, std::string message);
  /// The body as a whole is not acceptable JSON; `why` names the fault and the place.
  static Problem malformed_json(std::string why);
  /// Nobody has proved who calls; `error` is RFC 6750's code (section 3.1), empty when there was no token at
  /// all.
  static Problem unauthenticated(std::string_view error, std::string cause);
  /// The token does not grant `scope`.
  static Problem forbidden(std::string_view scope);
  /// No function serves this path.
  static Problem route_not_found();
  /// The path is served, but not with this method. `allow` is the list for the Allow header.
  static Problem method_not_allowed(std::string_view allow);
  static Problem user_not_found(std::string_view user_id);
  /// The user that the same Idempotency-Key made has been deleted since.
  static Problem user_gone();
  /// The Idempotency-Key has made another user than this.
  static Problem key_reused();
  /// What is to be made exists already.
  static Problem conflict(std::string detail);
  /// Another user has the email address.
  static Problem email_taken();
  /// The version that the client holds is not the stored one (RFC 9110, 13.1.1).
  static Problem precondition_failed();
  static Problem payload_too_large(std::size_t limit_bytes);
  static Problem unsupported_media_type();
  /// Something that no client can mend; the client learns nothing but that.
  static Problem internal(std::string cause);
  /// A dependency did not answer in time or asked for patience; worth trying again.
  static Problem unavailable(std::string cause);
};

}  // namespace users
