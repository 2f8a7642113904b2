#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "core/json/writer.h"

namespace serverless::dynamodb {

/// An action of a transaction. Error::item_of_failed_condition() tells whether DynamoDB refused its
/// condition.
struct Action {
  std::size_t index;
};

/// Writes the input of a TransactWriteItems: actions on items, in any tables, all or none of which DynamoDB
/// carries out. An item may have at most one action.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
class Transaction {
 public:
  /// `token` has up to 36 characters and identifies the transaction: when it is repeated with the same token
  /// within ten minutes, it succeeds without writing again.
  explicit Transaction(std::string_view token) {
    json_.begin_object().member("ClientRequestToken", token).key("TransactItems").begin_array();
  }

  /// Adds a "Put", an "Update" or a "Delete"; `write` writes its Item or Key, its condition and so on.
  template <typename Write>
  Action add(std::string_view action, std::string_view table, Write write) {
    json_.begin_object().key(action).begin_object().member("TableName", table);
    write(json_);
    json_.member("ReturnValuesOnConditionCheckFailure", "ALL_OLD").end_object().end_object();
    return {size_++};
  }

  /// Returns the input, as JSON.
  std::string input() && {
    json_.end_array().end_object();
    return std::move(json_).text();
  }

 private:
  json::Writer json_;
  std::size_t size_ = 0;
};

}  // namespace serverless::dynamodb
