export const handler = () => Response.json({ plain: true });
