#include "get_user/get_user.h"

#include "app/serve.h"

int main() {
  return users::serve(users::get_user_endpoint);
}
