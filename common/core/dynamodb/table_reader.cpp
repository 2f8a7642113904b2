#include "core/dynamodb/table_reader.h"

namespace serverless::dynamodb {

TableResult<StoredItem> TableReader::get(std::string_view key) {
  return get_item(access_, key);
}

}  // namespace serverless::dynamodb
