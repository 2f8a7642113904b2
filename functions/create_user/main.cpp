#include "core/dynamodb/table_creator.h"
#include "create_user/create_user.h"

int main() {
  return users::serve<serverless::dynamodb::TableCreator>(users::create_user_endpoint);
}
