import { mount } from "endsession/next";
import { open } from "../../lib/endsession.js";

export const { GET, POST, DELETE, OPTIONS } = mount(open);
