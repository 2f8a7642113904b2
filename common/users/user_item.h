#pragma once

#include <optional>
#include <string_view>

#include "core/dynamodb/item.h"
#include "core/dynamodb/versioned_table.h"
#include "core/support/environment.h"
#include "users/name_order.h"
#include "users/user.h"

/// Maps users to items.
namespace users {

/// The attribute with the id of a user, the partition key of the table.
inline constexpr std::string_view id_attribute = "userId";

/// Users never share an email address, compared by folded_email().
inline constexpr dynamodb::UniqueAttribute unique_email{.name = "foldedEmail", .claim_prefix = "email#"};

/// Returns the table of users and its table of claims, whose names are in TABLE_NAME and CLAIMS_TABLE_NAME.
/// Throws ConfigurationError when one of the variables is absent or empty.
dynamodb::Table users_table(const serverless::Environment& environment);

/// Returns the attributes of a user's item.
dynamodb::Attributes to_item(const User& user);

/// Returns the change that a patch makes to a user's item; `now` becomes the time of the update.
dynamodb::ItemChange to_change(const UserId& id, const UserPatch& patch, Instant now);

/// Returns the user in an item, or nothing when the item is not a user.
std::optional<User> to_user(const dynamodb::Item& item);

/// Returns the range of the index ByName that contains the users whose folded name begins with `prefix`,
/// which must be folded and not empty.
dynamodb::IndexRange names_beginning_with(std::string_view prefix);

}  // namespace users
