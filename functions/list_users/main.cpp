#include "core/dynamodb/table_finder.h"
#include "list_users/list_users.h"

int main() {
  return users::serve<serverless::dynamodb::TableFinder>(users::list_users_endpoint);
}
