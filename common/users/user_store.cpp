#include "users/user_store.h"

#include <fmt/format.h>

#include "users/email_address.h"
#include "users/errors.h"
#include "users/user_item.h"

namespace users {
namespace {

Result<User> read_user(const dynamodb::Item& item) {
  auto user = to_user(item);
  if (!user) {
    return failure(Problem::internal(
        fmt::format("the item {} is not a user", item.string(id_attribute).value_or("without a userId"))));
  }
  return *std::move(user);
}

Result<User> read_user(const dynamodb::TableResult<dynamodb::StoredItem>& stored, const UserId& id) {
  if (!stored) return failure(to_problem(stored.error(), id));
  return read_user(stored->item);
}

/// Reads a page. `parse` converts a position in the table to a cursor, or returns nothing when it cannot.
template <typename Cursor, typename Parse>
Result<UserPage<Cursor>> read_page(const dynamodb::TableResult<dynamodb::ItemPage>& stored, Parse parse) {
  if (!stored) return failure(to_problem(stored.error()));
  UserPage<Cursor> page;
  for (const dynamodb::Item& item : stored->items) {
    auto user = read_user(item);
    if (!user) return failure(user.error());
    page.users.push_back(*std::move(user));
  }
  if (stored->next_after) {
    page.next_after = parse(*stored->next_after);
    if (!page.next_after) return failure(Problem::internal("a key of the table of users is invalid"));
  }
  return page;
}

}  // namespace

Result<User> UserReader::get(const UserId& id) {
  return read_user(table_.get(id.text()), id);
}

Result<Creation> UserCreator::create(const User& user) {
  const auto created = table_.create(to_item(user));
  if (!created) return failure(to_problem(created.error()));
  return Creation{.user = user};
}

Result<Creation> UserCreator::create_idempotent(const User& user, const http::IdempotencyRecord& record) {
  const auto created = table_.create_idempotent(to_item(user), record);
  if (!created) return failure(to_problem(created.error()));
  if (!*created) return Creation{.user = user};
  return read_user((*created)->item).map([](User first) {
    return Creation{.user = std::move(first), .replayed = true};
  });
}

Result<User> UserUpdater::update(const UserId& id, const UserPatch& patch, const http::VersionSet& allowed,
                                 Instant now) {
  return read_user(table_.update(id.text(), to_change(id, patch, now), allowed), id);
}

Result<User> UserRemover::remove(const UserId& id, const http::VersionSet& allowed) {
  return read_user(table_.remove(id.text(), allowed), id);
}

Result<UserPage<UserId>> UserFinder::list(int page_size, const std::optional<UserId>& after) {
  std::optional<dynamodb::Position> position;
  if (after) position = dynamodb::Position{.key = after->text()};
  return read_page<UserId>(table_.list(page_size, position),
                           [](const dynamodb::Position& last) { return UserId::parse(last.key); });
}

Result<UserPage<NamePosition>> UserFinder::list_by_name_prefix(std::string_view prefix, int page_size,
                                                               const std::optional<NamePosition>& after) {
  std::optional<dynamodb::Position> position;
  if (after) position = dynamodb::Position{.key = after->id.text(), .sort_key = name_key(*after)};
  return read_page<NamePosition>(
      table_.query(names_beginning_with(prefix), page_size, position),
      [](const dynamodb::Position& last) { return parse_name_key(last.sort_key); });
}

Result<std::optional<User>> UserFinder::find_by_email(std::string_view email) {
  const std::string folded = folded_email(email);
  const auto found = table_.find(unique_email, folded);
  if (!found && found.error().kind == dynamodb::TableError::Kind::not_found) return std::nullopt;
  if (!found) return failure(to_problem(found.error()));
  return read_user(found->item).map([&](User user) -> std::optional<User> {
    // An older version of the API, without claims, may have changed the address but not its folded form.
    if (folded_email(user.values.email) != folded) return std::nullopt;
    return user;
  });
}

}  // namespace users
