#include "core/dynamodb/table_reader.h"
#include "get_user/get_user.h"

int main() {
  return users::serve<serverless::dynamodb::TableReader>(users::get_user_endpoint);
}
