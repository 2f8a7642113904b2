#include "dynamodb/claim.h"

#include "dynamodb/user_item.h"
#include "users/email_address.h"

namespace users::dynamodb {
namespace {

void write_claim(json::Writer& json, std::string_view claim) {
  write_string(json, "claim", claim);
}

/// The claim is nobody's, or this user's already.
void write_condition(json::Writer& json, const UserId& user) {
  json.member("ConditionExpression", "attribute_not_exists(claim) OR userId = :user");
  json.key("ExpressionAttributeValues").begin_object();
  write_string(json, ":user", user.text());
  json.end_object();
}

std::int64_t seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

}  // namespace

std::string email_claim(std::string_view email) {
  return "email#" + folded_email(email);
}

void add_claim(Transaction& transaction, std::string_view table, std::string_view claim, const UserId& user) {
  transaction.add("Put", table, [&](json::Writer& json) {
    json.key("Item").begin_object();
    write_claim(json, claim);
    write_string(json, "userId", user.text());
    json.end_object();
    write_condition(json, user);
  });
}

void add_release(Transaction& transaction, std::string_view table, std::string_view claim,
                 const UserId& user) {
  transaction.add("Delete", table, [&](json::Writer& json) {
    json.key("Key").begin_object();
    write_claim(json, claim);
    json.end_object();
    write_condition(json, user);
  });
}

void add_creation_claim(Transaction& transaction, std::string_view table, const CreationKey& key,
                        const User& user) {
  transaction.add("Put", table, [&](json::Writer& json) {
    json.key("Item").begin_object();
    write_claim(json, "once#" + key.digest);
    write_string(json, "userId", user.id.text());
    write_string(json, "fingerprint", key.fingerprint);
    write_number(json, "expiresAt", seconds(key.expires_at));
    json.end_object();
    json.member("ConditionExpression", "attribute_not_exists(claim) OR expiresAt <= :now");
    json.key("ExpressionAttributeValues").begin_object();
    write_number(json, ":now", seconds(user.created_at));
    json.end_object();
  });
}

bool is_claimed_for(const json::Value& claim, const CreationKey& key) {
  return claim["fingerprint"]["S"].string() == key.fingerprint;
}

std::optional<UserId> claimed_user(const json::Value& claim) {
  return UserId::parse(claim["userId"]["S"].string().value_or(""));
}

}  // namespace users::dynamodb
