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

}  // namespace users::dynamodb
