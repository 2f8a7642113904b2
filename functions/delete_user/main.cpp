#include "core/dynamodb/table_remover.h"
#include "delete_user/delete_user.h"

int main() {
  return users::serve<serverless::dynamodb::TableRemover>(users::delete_user_endpoint);
}
