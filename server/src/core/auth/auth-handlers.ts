import type { CoreHandlers } from '../../contract/core.ts';
import { changeOwnPassword } from './change-password.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { getAuthMe, listOwnSessions, revokeOwnSession } from './own-sessions.ts';
import { refreshSession } from './refresh-session.ts';
import { register } from './register.ts';
import type { AuthServices } from './services.ts';

type AuthOperations =
  | 'register'
  | 'login'
  | 'refreshSession'
  | 'logout'
  | 'getAuthMe'
  | 'listOwnSessions'
  | 'revokeOwnSession'
  | 'changeOwnPassword';

/** Registration, login and sessions. */
export function authHandlers(services: AuthServices): CoreHandlers<AuthOperations> {
  return {
    register: (input) => register(services, input),
    login: (input) => login(services, input),
    refreshSession: (input) => refreshSession(services, input),
    logout: (input) => logout(services, input),
    getAuthMe: (input) => getAuthMe(services, input),
    listOwnSessions: (input) => listOwnSessions(services, input),
    revokeOwnSession: (input) => revokeOwnSession(services, input),
    changeOwnPassword: (input) => changeOwnPassword(services, input),
  };
}
