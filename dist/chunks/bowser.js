import { Bowser, init_bowser, parse } from "./vendor.js";
init_bowser();
export { Bowser as default, parse };
