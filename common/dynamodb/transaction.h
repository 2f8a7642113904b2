#pragma once

#include <string>
#include <string_view>

#include "json/writer.h"

namespace users::dynamodb {

/// Writes the input of a TransactWriteItems: actions on items, in any tables, which are carried out all
/// together or not at all. No two of them may be on the same item.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
class Transaction {
 public:
  /// `token`, of at most 36 characters, is this transaction's own: as long as it is the same (for ten
  /// minutes), a repeated request succeeds without writing again.
  explicit Transaction(std::string_view token) {
    json_.begin_object().member("ClientRequestToken", token).key("TransactItems").begin_array();
  }

  /// Adds a "Put", an "Update" or a "Delete"; `write` writes its Item or Key, its condition and the like. An
  /// item that does not meet the condition comes with the refusal.
  template <typename Write>
  Transaction& add(std::string_view action, std::string_view table, Write write) {
    json_.begin_object().key(action).begin_object().member("TableName", table);
    write(json_);
    json_.member("ReturnValuesOnConditionCheckFailure", "ALL_OLD").end_object().end_object();
    return *this;
  }

  std::string input() && {
    json_.end_array().end_object();
    return std::move(json_).text();
  }

 private:
  json::Writer json_;
};

}  // namespace users::dynamodb
