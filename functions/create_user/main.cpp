#include "create_user/create_user.h"

#include "app/serve.h"

int main() {
  return users::serve(users::create_user_endpoint);
}
